import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { failure } from '../../../src/poll/attempt/failure.ts'
import { judge } from '../../../src/poll/verdict/judge.ts'
import type { ProbeResult } from '../../../src/poll/verdict/probe-result.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import type { State } from '../../../src/state/state.ts'
import { Authority } from '../../helpers/certificates.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { RawResponseServer } from '../../helpers/raw-response-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'

/** Polls with a deadline that a busy machine does not reach. */
async function poll(t: ExecutionContext, url: string, options: Partial<PollOptions>): Promise<State> {
  const poller = new TestPoller({ timeoutMs: 60_000, ...options })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(url)
}

const found = ({ verdict, reason, status, detail }: State) => [verdict, reason, status, detail]

const HEADERS: readonly [name: string, text: string, detail: string | null][] = [
  ['X-State', 'ready', null],
  ['x-state', '/^all READY$/i', null],
  ['x-state', '/^ready/', 'x-state: all ready'],
  ['x-none', 'ready', 'no header x-none'],
  ['x-twice', '/^a, b$/', null],
  ['x-empty', '/^$/', null],
  ['x-utf8', 'é', null],
  ['x-utf8', '/^café là$/', null],
  ['x-utf8', 'Café', 'x-utf8: café là'],
  // Half of the last letter is a no-break space in Latin-1.
  ['x-end', '/^voilà$/', null],
  ['x-long', 'z', `x-long: ${'y'.repeat(120)}…`],
  ['set-cookie', 'other', 'set-cookie does not match'],
  ['x-session', 'other', 'x-session does not match'],
  ['www-authenticate', 'Digest', 'www-authenticate: Basic realm="x"'],
  ['content-location', 'z', 'content-location: http://me:xxxxx@a.example/'],
]

const SENT: readonly (readonly [string, string])[] = [
  ['x-state', 'all ready'],
  ['x-twice', 'a'],
  ['x-twice', 'b'],
  ['x-empty', ''],
  ['x-long', 'y'.repeat(5_000)],
  ['set-cookie', 'session=secret'],
  ['x-session', 'secret'],
  ['www-authenticate', 'Basic realm="x"'],
  ['content-location', 'http://me:secret@a.example/'],
]

for (const [name, text, detail] of HEADERS) {
  const expected = detail === null ? ['up', 'ok', 200, ''] : ['down', 'header', 200, detail]
  const options = { responseHeaders: [[name, text] as const] }

  test(`HTTP/1: response.${name}=${text}`, async (t) => {
    const lines = SENT.map(([field, value]) => `${field}: ${value}\r\n`).join('')
    const server = await RawResponseServer.start([
      `HTTP/1.1 200 OK\r\n${lines}x-utf8: caf\xc3\xa9 l\xc3\xa0\r\nx-end: \t voil\xc3\xa0 \t\r\nContent-Length: 0\r\n\r\n`,
    ])
    t.teardown(() => server.close())
    t.deepEqual(found(await poll(t, `${server.url}/0`, options)), expected)
  })

  test(`HTTP/2: response.${name}=${text}`, async (t) => {
    const authority = await Authority.create()
    const server = createSecureServer(await authority.issue([{ type: 'ip', value: '127.0.0.1' }]))
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.respond({
        ':status': 200,
        ...Object.fromEntries(SENT),
        'x-twice': ['a', 'b'],
        'x-utf8': Buffer.from('café là').toString('latin1'),
        'x-end': Buffer.from('voilà').toString('latin1'),
      })
      stream.end()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    t.teardown(() => server.close())
    const { port } = server.address() as AddressInfo
    const tls = { ca: authority.pem }
    const state = await poll(t, `https://127.0.0.1:${port}/`, { ...options, http2: true, tls })
    t.is(state.httpVersion, '2')
    t.deepEqual(found(state), expected)
  })
}

test('headers of a lenient head: folded, LF only, a space before the colon', async (t) => {
  const server = await RawResponseServer.start(['HTTP/1.1 200 OK\nx-a: one\n  two\nx-b : three\n\n'])
  t.teardown(() => server.close())
  const check = async (name: string, text: string) =>
    (await poll(t, `${server.url}/0`, { responseHeaders: [[name, text]] })).detail
  t.is(await check('x-a', '/^one two$/'), '')
  t.is(await check('x-b', '/^three$/'), '')
})

test('a status that is not accepted is the reason, whatever the headers are', async (t) => {
  const origin = await startOrigin(t, (_, response) => void response.writeHead(503).end())
  const state = await poll(t, origin.url, { responseHeaders: [['x-a', 'b']] })
  t.like(state, { reason: 'status', status: 503 })
})

test('the headers after the last redirect are checked', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/') response.writeHead(302, { location: '/to', 'x-at': 'first' }).end()
    else response.writeHead(200, { 'x-at': 'last' }).end()
  })
  t.is((await poll(t, origin.url, { responseHeaders: [['x-at', 'last']] })).verdict, 'up')
  t.is((await poll(t, origin.url, { responseHeaders: [['x-at', 'first']] })).detail, 'x-at: last')
})

test('a failed check is an answer: errCount is 0 and there is no second attempt', async (t) => {
  const origin = await startOrigin(t)
  const poller = new TestPoller({ timeoutMs: 60_000, responseHeaders: [['x-a', 'b']] })
  t.teardown(() => poller.close())
  const state = await poller.pollWithoutStall(origin.url, { verdict: 'up', errCount: 0 })
  t.like(state, { verdict: 'down', reason: 'header', errCount: 0, rechecked: false })
})

test('an answer that takes longer than max-time is slow, and the longest phase is named', async (t) => {
  const origin = await startOrigin(t, (_, response) => {
    void setTimeout(400).then(() => response.writeHead(204).end())
  })
  let state = await poll(t, origin.url, { maxTimeMs: 5 })
  // While the thread stood still, another phase may have taken longer.
  while (state.stalledMs > 100) state = await poll(t, origin.url, { maxTimeMs: 5 })
  t.like(state, { verdict: 'down', reason: 'slow', status: 204, errCount: 0 })
  t.regex(state.detail, /^\d+ ms, of at most 5 ms; wait took \d+ ms$/)
  t.is((await poll(t, origin.url, { maxTimeMs: 60_000 })).verdict, 'up')
})

test('an answer is not slow if the thread stood still for as long as it was late', (t) => {
  const answered = {
    status: 200,
    statusText: 'OK',
    httpVersion: '1.1',
    location: null,
    retryAfter: null,
    fields: [],
  }
  const result = {
    outcome: answered,
    fallback: null,
    check: { failure: failure('slow', 'late'), lateMs: 100 },
  } as unknown as ProbeResult
  const options = { accept: [[200, 299] as const], timeoutMs: 1_000 }
  const verdict = (totalMs: number) =>
    judge(result, { longestMs: totalMs, totalMs }, null, options as never).verdict
  t.is(verdict(0), 'down')
  t.is(verdict(99), 'down')
  t.is(verdict(100), 'unknown')
})

test('max-time is for every scheme, and headers only for HTTP', async (t) => {
  const origin = await startOrigin(t)
  const url = origin.url.replace('http:', 'tcp:')
  t.like(await poll(t, url, { maxTimeMs: 60_000, responseHeaders: [['x-a', 'b']] }), { verdict: 'up' })
})
