import type { ServerHttp2Stream } from 'node:http2'
import { createServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { readHealth } from '../../../src/poll/schemes/grpc-health.ts'
import type { State } from '../../../src/state/state.ts'
import { Authority } from '../../helpers/certificates.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startGrpc, startHttp2 } from '../../helpers/grpc-server.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { seeded } from '../../helpers/random.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'

const LOOPBACK = [{ type: 'ip', value: '127.0.0.1' } as const]
const LONG = 'a.Service'.repeat(40)

async function poll(t: ExecutionContext, url: string, different: Partial<PollOptions> = {}): Promise<State> {
  const poller = new TestPoller({ timeoutMs: 10_000, ...different })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(url)
}

test('what the health service of a real server says is the verdict', async (t) => {
  const port = await startGrpc(t, {
    '': 'SERVING',
    'a.B': 'SERVING',
    'ä b': 'SERVING',
    [LONG]: 'SERVING',
    'a.Down': 'NOT_SERVING',
    'a.Odd': 'UNKNOWN',
  })
  for (const service of ['', 'a.B', '%C3%A4%20b', LONG]) {
    const state = await poll(t, `grpc://127.0.0.1:${port}/${service}`)
    t.like(state, { verdict: 'up', reason: 'ok', status: 0, address: '127.0.0.1', tls: null }, state.detail)
    t.true(state.phasesMs.wait > 0)
  }
  for (const [service, detail] of [
    ['a.Down', /: NOT_SERVING$/],
    ['a.Odd', /: UNKNOWN$/],
    ['a.None', /: grpc-status NOT_FOUND/],
  ] as const) {
    const state = await poll(t, `grpc://127.0.0.1:${port}/${service}`)
    t.like(state, { verdict: 'down', reason: 'body', rechecked: false })
    t.regex(state.detail, detail)
  }
  const none = await poll(t, `grpc://127.0.0.1:${await startGrpc(t, null)}`)
  t.like(none, { verdict: 'down', reason: 'body' })
  t.regex(none.detail, /grpc-status UNIMPLEMENTED/)
})

test('over TLS: the certificate is reported and judged, and HTTP/2 is asked for', async (t) => {
  const authority = await Authority.create()
  const tls = { ca: authority.pem }
  const good = await startGrpc(t, { '': 'SERVING' }, await authority.issue(LOOPBACK))
  t.like(await poll(t, `grpcs://127.0.0.1:${good}`, { tls }), { verdict: 'up', tls: { protocol: 'TLSv1.3' } })
  const expired = await startGrpc(t, { '': 'SERVING' }, await authority.issue(LOOPBACK, -2, -1))
  t.like(await poll(t, `grpcs://127.0.0.1:${expired}`, { tls }), { verdict: 'down', reason: 'tls-expired' })
  const plain = createServer(await authority.issue(LOOPBACK), (socket) => void socket.on('error', () => {}))
  plain.on('tlsClientError', () => {})
  const server = await HostileServer.start({}, plain)
  t.teardown(() => server.close())
  const state = await poll(t, `grpcs://127.0.0.1:${server.port}`, { tls })
  t.like(state, { verdict: 'down', reason: 'protocol' })
  t.regex(state.detail, /ALPN/)
})

test('headers, user agent and deadline are sent', async (t) => {
  let seen: object = {}
  let sent = ''
  const port = await startHttp2(t, (stream, { headers, body }) => {
    seen = headers
    sent = body.toString('hex')
    answer(SERVING)(stream)
  })
  const headers = [['X-Tenant', 'a']] as const
  t.is((await poll(t, `grpc://127.0.0.1:${port}/a.B`, { headers })).verdict, 'up')
  t.like(seen, {
    ':method': 'POST',
    ':scheme': 'http',
    ':authority': `127.0.0.1:${port}`,
    ':path': '/grpc.health.v1.Health/Check',
    te: 'trailers',
    'content-type': 'application/grpc',
    'user-agent': 'headcount/test',
    'grpc-timeout': '10000m',
    'x-tenant': 'a',
  })
  t.is(sent, '00000000050a03612e42')
})

const SERVING = '00000000020801'
const TYPE = { 'content-type': 'application/grpc+proto' }

/** Answers with a head, a body in hex, and trailers. */
function answer(body: string, trailers: object | null = { 'grpc-status': '0' }, head: object = TYPE) {
  return (stream: ServerHttp2Stream): void => {
    stream.respond({ ':status': 200, ...head }, { waitForTrailers: trailers !== null })
    stream.on('wantTrailers', () => stream.sendTrailers({ ...trailers }))
    stream.end(Buffer.from(body, 'hex'))
  }
}

const trailersOnly = (fields: object) => (stream: ServerHttp2Stream) =>
  stream.respond({ ':status': 200, ...TYPE, ...fields }, { endStream: true })

const CASES: Readonly<
  Record<string, readonly [(stream: ServerHttp2Stream) => void, reason: string, detail?: RegExp]>
> = {
  'fields of a later version': [answer('000000000c0801120161187b25aabbccdd'), 'ok'],
  SERVICE_UNKNOWN: [answer('00000000020803'), 'body', /: SERVICE_UNKNOWN$/],
  'a status of a later version': [answer('00000000020809'), 'body', /: status 9$/],
  'an empty message': [answer('0000000000'), 'body', /: UNKNOWN$/],
  'trailers only': [
    trailersOnly({ 'grpc-status': '14', 'grpc-message': 'try%20l%C3%A4ter %' }),
    'body',
    /: grpc-status UNAVAILABLE "try läter %"$/,
  ],
  'trailers only, without a status': [trailersOnly({}), 'protocol', /ends without grpc-status$/],
  'OK without a message': [trailersOnly({ 'grpc-status': '0' }), 'protocol', /no message$/],
  'a status that is none': [answer(SERVING, { 'grpc-status': 'fine' }), 'protocol', /grpc-status "fine"$/],
  'missing trailers': [answer(SERVING, null), 'protocol', /ends without grpc-status$/],
  'a failure after a good message': [answer(SERVING, { 'grpc-status': '13' }), 'body', /INTERNAL$/],
  'a compressed message': [answer('01000000020801'), 'protocol', /compressed/],
  'a message that is cut': [answer('00000000030801'), 'protocol', /as long as it says/],
  'two messages': [answer(SERVING + SERVING), 'protocol', /as long as it says/],
  'a message of something else': [answer('0000000003ffffff'), 'protocol', /not one of the health service/],
  'a long answer': [answer('00'.repeat(20_000)), 'protocol', /too long/],
  'an HTTP error': [
    (stream) => stream.respond({ ':status': 503 }, { endStream: true }),
    'protocol',
    /HTTP 503/,
  ],
  'a page': [answer(SERVING, null, { 'content-type': 'text/html' }), 'protocol', /"text\/html"/],
  'gRPC-Web': [
    answer(SERVING, { 'grpc-status': '0' }, { 'content-type': 'application/grpc-web' }),
    'protocol',
    /"application\/grpc-web"/,
  ],
  'a type with a parameter': [
    answer(SERVING, { 'grpc-status': '0' }, { 'content-type': 'application/grpc;charset=utf-8' }),
    'ok',
  ],
  RST_STREAM: [(stream) => stream.close(2), 'reset', /INTERNAL_ERROR/],
  'RST_STREAM in the middle': [
    (stream) => {
      stream.respond({ ':status': 200, ...TYPE })
      stream.write(Buffer.from(SERVING, 'hex'), () => stream.close(8))
    },
    'reset',
    /CANCEL/,
  ],
  'GOAWAY, after which this call is still answered': [
    (stream) => {
      stream.session?.goaway(0, 1)
      answer(SERVING)(stream)
    },
    'ok',
  ],
  'a connection that ends': [(stream) => stream.session?.destroy(), 'closed'],
}

for (const [title, [serve, reason, detail = /^/]] of Object.entries(CASES)) {
  test(`${title}: ${reason}`, async (t) => {
    const state = await poll(t, `grpc://127.0.0.1:${await startHttp2(t, serve)}`, { timeoutMs: 5_000 })
    t.is(state.reason, reason as never, state.detail)
    t.regex(state.detail, detail)
  })
}

test('garbage, GOAWAY, HTTP/1 and silence', async (t) => {
  const garbage = await tcpServer(t, (socket) => void socket.end('220 mail.example ESMTP\r\n'))
  t.like(await poll(t, `grpc://127.0.0.1:${garbage.port}`), { verdict: 'down', reason: 'protocol' })
  // SETTINGS, and GOAWAY that accepts no stream.
  const away = Buffer.from('000000040000000000000008070000000000'.padEnd(52, '0'), 'hex')
  const leaving = await tcpServer(t, (socket) => socket.once('data', () => void socket.write(away)))
  const left = await poll(t, `grpc://127.0.0.1:${leaving.port}`)
  t.like(left, { verdict: 'down', reason: 'closed' })
  t.regex(left.detail, /closed the connection before an answer/)
  const http1 = await HostileServer.start()
  t.teardown(() => http1.close())
  t.is((await poll(t, `grpc://127.0.0.1:${http1.port}`, { timeoutMs: 10_000 })).verdict, 'down')
  const silent = await startHttp2(t, () => {})
  t.like(await poll(t, `grpc://127.0.0.1:${silent}`, { timeoutMs: 300 }), { reason: 'timeout' })
  const url = `grpc://127.0.0.1:${await freePort()}`
  t.like(await poll(t, url), { reason: 'refused' })
  t.like(await poll(t, url, { denyPrivate: true }), { reason: 'policy' })
})

test('any bytes are a health or none', (t) => {
  const random = seeded(1)
  for (let left = 20_000; left > 0; left--) {
    const length = random.below(12)
    const noise = Buffer.from([0, 0, 0, 0, length, ...Array.from({ length }, () => random.below(256))])
    const read = readHealth(noise)
    t.true('why' in read || /^[A-Z_]+$|^status \d+$/.test(read.health), noise.toString('hex'))
  }
})

test('a server that speaks HTTP/1 only', async (t) => {
  const origin = await startOrigin(t)
  const answers = await tcpServer(t, (socket) => void socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'))
  const banner = await tcpServer(t, (socket) => void socket.write('SSH-2.0-OpenSSH_9.9\r\n'))
  for (const { port } of [origin, answers, banner])
    t.like(await poll(t, `grpc://127.0.0.1:${port}`), {
      verdict: 'down',
      reason: 'protocol',
      detail: 'not gRPC: the server does not speak HTTP/2',
    })
})
