import test from 'ava'
import type { ExecutionContext } from 'ava'
import { oauth2Key } from '../../src/settings/oauth2-clients.ts'
import { startOrigin } from '../helpers/origin.ts'
import { TestPoller } from '../helpers/test-poller.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** A poller whose URLs have tokens of a client, and what gives it one. */
function pollerWith(t: ExecutionContext, timeoutMs = 20_000) {
  const poller = new TestPoller({ auth: { scheme: 'oauth2', client: 'login' }, timeoutMs })
  t.teardown(() => poller.close())
  const give = (token: string, problem = '') =>
    poller.poller.setFiles([[oauth2Key('login'), Buffer.from(token), problem]])
  return { poller, give }
}

test('a token that was replaced while its request was under way is not taken for the one that was refused', async (t) => {
  const sent: (string | undefined)[] = []
  const { poller, give } = pollerWith(t)
  const { url } = await startOrigin(t, ({ headers }, response) => {
    sent.push(headers.authorization)
    // Another URL of the client had its 401 earlier.
    if (sent.length === 1) give('new')
    response.writeHead(headers.authorization === 'Bearer new' ? 204 : 401).end()
  })
  give('old')
  t.like(await poller.pollWithoutStall(url), { verdict: 'up' })
  t.deepEqual(sent, ['Bearer old', 'Bearer new'])
  t.deepEqual(poller.renewals, [])
})

test('a 401 says nothing of the URL when no other token comes in time', async (t) => {
  const { poller, give } = pollerWith(t, 300)
  const { url } = await startOrigin(t, (_, response) => void response.writeHead(401).end())
  give('old')
  const state = await poller.pollWithoutStall(url)
  t.like(state, { verdict: 'unknown', reason: 'auth', detail: 'no token from login in time' })
  t.deepEqual(poller.renewals, [['login', 'old']])
})

test('a 401 for a token that could not be renewed says nothing of the URL, and others are sent it', async (t) => {
  const { poller, give } = pollerWith(t)
  const { url } = await startOrigin(t, ({ url: path }, response) => {
    response.writeHead(path === '/refuses' ? 401 : 204).end()
  })
  give('valid')
  const refused = poller.pollWithoutStall(`${url}/refuses`)
  await waitUntil(() => poller.renewals.length === 1)
  const detail = 'no other token from login: status 503'
  give('valid', detail)
  t.like(await refused, { verdict: 'unknown', reason: 'auth', detail })
  t.like(await poller.pollWithoutStall(`${url}/takes`), { verdict: 'up' })
})
