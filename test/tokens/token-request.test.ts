import test from 'ava'
import { requestToken } from '../../src/tokens/token-request.ts'
import { startOrigin } from '../helpers/origin.ts'

test('a token comes with any status of success, and without an error beside it', async (t) => {
  const { url } = await startOrigin(t, ({ url: path = '' }, response) => {
    const [, status, error] = path.split('/')
    response.writeHead(Number(status)).end(JSON.stringify({ access_token: 't', error }))
  })
  const ask = (path: string) => {
    const client = { tokenUrl: `${url}${path}`, clientId: 'me', scope: null, secret: { text: 's' } }
    return requestToken(client, 's', { userAgent: 'test', ca: null })
  }
  t.like(await ask('/200'), { token: 't' })
  t.like(await ask('/201'), { token: 't' })
  await t.throwsAsync(ask('/302'), { message: 'status 302' })
  await t.throwsAsync(ask('/400/invalid_client'), { message: 'status 400: invalid_client' })
  await t.throwsAsync(ask('/200/invalid_client'), { message: 'status 200: invalid_client' })
})
