import test from 'ava'
import { openRefusingPort } from '../../../src/demo/refusing-port.ts'
import { sendHttp } from '../../../src/alerts/receivers/http-client.ts'
import { Authority } from '../../helpers/certificates.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { httpsServer } from '../../helpers/https-server.ts'
import { receiverServer } from '../../helpers/receiver-server.ts'
import { NO_LIMIT } from '../../helpers/receiver-settings.ts'

const CONTEXT = { receiver: 'ops', userAgent: 'headcount/test', ca: null }

const requestTo = (url: string, secrets: readonly string[] = []) => ({
  url,
  headers: {},
  body: '{}',
  secrets,
})

const ANSWERS = {
  200: { type: 'sent', said: 'status 200: well' },
  201: { type: 'sent', said: 'status 201: well' },
  302: { type: 'refused', said: 'status 302: a redirect, which is not followed' },
  400: { type: 'refused', said: 'status 400: well' },
  404: { type: 'refused', said: 'status 404: well' },
  408: { type: 'retry', said: 'status 408: well', retryAfterMs: null },
  429: { type: 'retry', said: 'status 429: well', retryAfterMs: null },
  500: { type: 'retry', said: 'status 500: well', retryAfterMs: null },
} as const

for (const [status, result] of Object.entries(ANSWERS)) {
  test(`an answer ${status} is ${result.type}`, async (t) => {
    const { origin, received } = await receiverServer(t, (response, { path }) => {
      if (path !== '/hook') response.writeHead(200).end()
      else response.writeHead(Number(status), { location: '/elsewhere' }).end('well\n')
    })
    t.deepEqual(await sendHttp(requestTo(`${origin}/hook`), CONTEXT, NO_LIMIT), result)
    t.is(received.length, 1)
    t.is(received[0]?.headers['user-agent'], 'headcount/test')
  })
}

const RETRY_AFTER = [
  ['429', { 'retry-after': '7' }, 7_000],
  ['503', { 'retry-after': '0.25' }, 250],
  ['503', { 'retry-after': 'Thu, 26 Nov 2026 10:43:07 GMT', date: 'Thu, 26 Nov 2026 10:42:07 GMT' }, 60_000],
  ['503', { 'retry-after': 'Thu, 26 Nov 2020 10:43:07 GMT', date: 'Thu, 26 Nov 2026 10:42:07 GMT' }, 0],
  ['429', { 'retry-after': '99999999999' }, 86_400_000],
  ['429', { 'retry-after': 'soon' }, null],
  ['429', { 'retry-after': '-5' }, null],
] as const

for (const [status, headers, retryAfterMs] of RETRY_AFTER) {
  test(`${status} with Retry-After ${headers['retry-after']} waits ${retryAfterMs}`, async (t) => {
    const { origin } = await receiverServer(t, (response) =>
      response.writeHead(Number(status), headers).end(),
    )
    const result = await sendHttp(requestTo(origin), CONTEXT, NO_LIMIT)
    t.deepEqual(result, { type: 'retry', said: `status ${status}`, retryAfterMs })
  })
}

test('an endless body is read as far as its bound', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const result = await sendHttp(requestTo(server.url('endless-body')), CONTEXT, NO_LIMIT)
  t.is(result.type, 'sent')
  t.true(result.said.length < 400)
})

test('after the status, a body that is cut off changes nothing', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  t.is((await sendHttp(requestTo(server.url('reset-after-head')), CONTEXT, NO_LIMIT)).type, 'sent')
})

for (const script of [
  'reset-at-once',
  'end-at-once',
  'http-0.9',
  'head-too-large',
  'two-lengths',
  'nul-in-header',
]) {
  test(`${script} is worth another attempt`, async (t) => {
    const server = await HostileServer.start()
    t.teardown(() => server.close())
    const result = await sendHttp(requestTo(server.url(script)), CONTEXT, NO_LIMIT)
    t.is(result.type, 'retry')
    t.regex(result.said, /^127\.0\.0\.1:\d+: [^\n]+$/)
  })
}

test('a server that says nothing is left when the time is over', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const abort = new AbortController()
  const sending = sendHttp(requestTo(server.url('silent')), CONTEXT, abort.signal)
  while (server.heads.length === 0) await new Promise(setImmediate)
  abort.abort()
  const result = { type: 'retry', said: `127.0.0.1:${server.port}: no answer in time`, retryAfterMs: null }
  t.deepEqual(await sending, result)
})

test('a port that nothing listens on is worth another attempt', async (t) => {
  const { port } = new URL((await receiverServer(t)).origin)
  const refusing = await openRefusingPort(Number(port))
  t.teardown(() => refusing.close())
  const host = `127.0.0.1:${refusing.port}`
  const result = await sendHttp(requestTo(`http://${host}/`), CONTEXT, NO_LIMIT)
  t.like(result, { type: 'retry', said: `${host}: connection refused` })
})

test('secrets that a server sends back are not told', async (t) => {
  const secret = 'sec"ret/1'
  const { origin } = await receiverServer(t, (response, { headers }) => {
    response.writeHead(400)
    response.end(
      `${JSON.stringify({ got: secret })} ${encodeURIComponent(secret)} ${headers.authorization} ${'x '.repeat(118)}${secret}`,
    )
  })
  const url = `${origin.replace('//', '//me:pa%20ss@')}/hook/${encodeURIComponent(secret)}`
  const { said } = await sendHttp(requestTo(url, [secret]), CONTEXT, NO_LIMIT)
  t.true(said.startsWith('status 400: {"got":"xxxxx"} xxxxx Basic xxxxx x x'))
  t.false(said.includes('sec'))
})

test('nothing is told of a secret that would be cut off', async (t) => {
  const { origin } = await receiverServer(t, (response) => {
    response.writeHead(400).end(`${'x'.repeat(295)}s3cret-token`)
  })
  const { said } = await sendHttp(requestTo(origin, ['s3cret-token']), CONTEXT, NO_LIMIT)
  t.regex(said, /xxxx$|xxxx…$/)
})

test('text of a server is one line that a terminal can show', async (t) => {
  const { origin } = await receiverServer(t, (response) =>
    response.writeHead(400).end('a\n\u001b[2Jb\u202ec'),
  )
  const { said } = await sendHttp(requestTo(origin), CONTEXT, NO_LIMIT)
  t.is(said, String.raw`status 400: a \u001b[2Jb\u202ec`)
})

test('a server without TLS is said to be one in a few words', async (t) => {
  const { origin } = await receiverServer(t, (response) => response.end())
  const { host } = new URL(origin)
  const result = await sendHttp(requestTo(`https://${host}/`), CONTEXT, NO_LIMIT)
  t.deepEqual(result, { type: 'retry', said: `${host}: TLS: wrong version number`, retryAfterMs: null })
})

test('a certificate is trusted that the authority of the run has issued, and no other', async (t) => {
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const port = await httpsServer(t, pair)
  const request = requestTo(`https://127.0.0.1:${port}/`)
  const refused = await sendHttp(request, CONTEXT, NO_LIMIT)
  t.is(refused.type, 'retry')
  t.regex(refused.said, /certificate/)
  t.is((await sendHttp(request, { ...CONTEXT, ca: authority.pem }, NO_LIMIT)).type, 'sent')
})
