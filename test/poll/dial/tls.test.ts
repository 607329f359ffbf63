import { randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer as createTcpServer } from 'node:net'
import type { Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { TlsOptions, TLSSocket } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import type { Pair } from '../../helpers/certificates.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { Attempt } from '../../../src/poll/attempt/attempt.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { Tls } from '../../../src/poll/dial/tls.ts'
import type { State } from '../../../src/state/state.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import type { Reason } from '../../../src/state/reasons.ts'

const LOOPBACK = [{ type: 'ip', value: '127.0.0.1' } as const, { type: 'dns', value: 'localhost' } as const]

let authority: Authority
let good: Pair
test.before(async () => {
  authority = await Authority.create()
  good = await authority.issue(LOOPBACK)
})

/** A hostile server that speaks TLS. */
function secure(options: TlsOptions): Promise<HostileServer> {
  const server = createServer(options, () => {})
  // Clients that reject the certificate cause errors here.
  server.on('tlsClientError', () => {})
  return HostileServer.start({}, server)
}

async function poll(
  t: ExecutionContext,
  server: HostileServer,
  different: Partial<PollOptions> = {},
): Promise<State> {
  const tls = { ca: authority.pem }
  const poller = new TestPoller({ tls, timeoutMs: 10_000, ...different })
  t.teardown(() => poller.close())
  t.teardown(() => server.close())
  return poller.pollWithoutStall(`https://127.0.0.1:${server.port}/ok`)
}

test('a URL with a good certificate is up, and the State has protocol and expiry', async (t) => {
  const state = await poll(t, await secure(good))
  t.is(state.verdict, 'up')
  t.is(state.tls?.protocol, 'TLSv1.3')
  t.is(state.tls?.expiresAt, Date.parse(new X509Certificate(good.cert).validTo))
  t.true(state.phasesMs.tls > 0)
})

const reason = test.macro(
  async (
    t,
    options: () => Promise<TlsOptions> | TlsOptions,
    expected: readonly [reason: string, detail: RegExp],
    different: Partial<PollOptions> = {},
  ) => {
    const state = await poll(t, await secure(await options()), different)
    t.is(state.verdict, 'down')
    t.is(state.reason, expected[0] as never, state.detail)
    t.regex(state.detail, expected[1])
  },
)

function textOf(name: Reason): RegExp {
  return new RegExp(REASON_FACTS[name].text)
}

test('expired', reason, () => authority.issue(LOOPBACK, -2, -1), ['tls-expired', textOf('tls-expired')])

const DAY_MS = 86_400_000

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  for (const [title, days, issue] of [
    ['tls-expired', -1, () => authority.issue(LOOPBACK, -2, -1)],
    ['tls-not-yet-valid', 2, () => authority.issue(LOOPBACK, 1, 2)],
    ['tls-hostname', 1, () => authority.issue([{ type: 'dns', value: 'a.example' }])],
    ['tls-untrusted', 1, () => selfSigned(LOOPBACK)],
  ] as const) {
    test(`${title}, ${maxVersion}: the State has the expiry of the certificate`, async (t) => {
      const issued = Date.now()
      const state = await poll(t, await secure({ ...(await issue()), maxVersion }))
      t.like(state, { verdict: 'down', reason: title, tls: { protocol: maxVersion } })
      t.is(Math.round(((state.tls?.expiresAt ?? 0) - issued) / DAY_MS), days)
    })
  }
}

test('not yet valid', reason, () => authority.issue(LOOPBACK, 1, 2), [
  'tls-not-yet-valid',
  textOf('tls-not-yet-valid'),
])
test('another host', reason, () => authority.issue([{ type: 'dns', value: 'a.example' }]), [
  'tls-hostname',
  textOf('tls-hostname'),
])
test('self-signed', reason, () => selfSigned(LOOPBACK), ['tls-untrusted', /self-signed/])
test('unknown issuer', reason, async () => (await Authority.create()).issue(LOOPBACK), [
  'tls-untrusted',
  /issuer/,
])
test(
  'TLS 1.1 only',
  reason,
  () => ({ ...good, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
  ['tls-version', /version/],
)
test(
  'a server that demands a client certificate, TLS 1.3',
  reason,
  () => ({ ...good, requestCert: true, ca: authority.pem }),
  ['tls', /client certificate/],
)
test(
  'a server that demands a client certificate, TLS 1.2',
  reason,
  () => ({ ...good, requestCert: true, ca: authority.pem, maxVersion: 'TLSv1.2' }),
  ['tls', /handshake/],
)

test(
  'a server that demands a client certificate, TLS 1.3, with GET',
  reason,
  () => ({ ...good, requestCert: true, ca: authority.pem }),
  ['tls', /client certificate/],
  { method: 'GET' },
)

test('--insecure accepts any certificate', async (t) => {
  const state = await poll(t, await secure(await selfSigned(LOOPBACK)), { insecure: true })
  t.is(state.verdict, 'up')
  t.is(state.tls?.protocol, 'TLSv1.3')
})

/** A server that calls `greet` with every TCP connection and speaks no TLS. */
function raw(greet: (socket: Socket) => void): Promise<HostileServer> {
  return HostileServer.start({}, createTcpServer(greet))
}

test('a server that speaks plain HTTP', async (t) => {
  const state = await poll(
    t,
    await raw((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n'))),
  )
  t.deepEqual([state.reason, state.detail], ['tls', 'the server does not speak TLS'])
})

test('a server that picks a version which was not offered', async (t) => {
  // A ServerHello (RFC 5246, section 7.4.1.3) of TLS 1.1, with ECDHE_RSA_WITH_AES_128_CBC_SHA.
  const hello = Buffer.concat([
    Buffer.from([22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2]),
    Buffer.alloc(32, 1),
    Buffer.from([0, 0xc0, 0x13, 0]),
  ])
  const state = await poll(t, await raw((socket) => socket.once('data', () => socket.write(hello))))
  t.is(state.reason, 'tls-version', state.detail)
})

test('a server that is silent in the handshake', async (t) => {
  const server = await raw((socket) => socket.resume())
  const state = await poll(t, server, { timeoutMs: 500 })
  t.deepEqual([state.reason, state.detail], ['timeout', `${REASON_FACTS.timeout.text} (tls)`])
  // The deadline closes the connection: it does not wait for a garbage collection.
  await waitUntil(() => server.open === 0)
})

test('a server that resets the connection in the handshake', async (t) => {
  const state = await poll(t, await raw((socket) => socket.once('data', () => socket.resetAndDestroy())))
  t.is(state.reason, 'reset', state.detail)
})

test('a server that closes the connection in the handshake', async (t) => {
  const state = await poll(t, await raw((socket) => socket.once('data', () => socket.end())))
  t.is(state.reason, 'closed', state.detail)
})

/** Polls an HTTPS server repeatedly. A busy machine may need more polls. */
function repeatedPolls(t: ExecutionContext, port: number) {
  const poller = new TestPoller({ tls: { ca: authority.pem }, timeoutMs: 10_000 })
  t.teardown(() => poller.close())
  const pollOnce = () => poller.pollWithoutStall(`https://127.0.0.1:${port}/ok`)
  /** Polls until `isDone`, at least once, and returns the States. */
  const pollUntil = async (isDone: () => boolean): Promise<State[]> => {
    const states: State[] = []
    do states.push(await pollOnce())
    while (!isDone() && states.length < 20)
    t.true(isDone())
    return states
  }
  return { pollOnce, pollUntil }
}

/** A server that records for each connection whether its session was resumed. */
async function resumingServer(t: ExecutionContext, maxVersion: 'TLSv1.2' | 'TLSv1.3') {
  const resumed: boolean[] = []
  const server = createServer({ ...good, maxVersion }, (socket: TLSSocket) =>
    resumed.push(socket.isSessionReused()),
  )
  const hostile = await HostileServer.start({}, server)
  t.teardown(() => hostile.close())
  return { server, port: hostile.port, resumed }
}

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`sessions are resumed, and the State still has the expiry, ${maxVersion}`, async (t) => {
    const { port, resumed } = await resumingServer(t, maxVersion)
    const { pollUntil } = repeatedPolls(t, port)
    const states = await pollUntil(() => resumed.filter(Boolean).length >= 3)
    t.false(resumed[0])
    for (const { verdict, tls } of states)
      t.like({ verdict, tls }, { verdict: 'up', tls: { protocol: maxVersion } })
    const expiries = new Set(states.map(({ tls }) => tls?.expiresAt))
    t.is(expiries.size, 1)
    t.false(Number.isNaN([...expiries][0]))
  })
}

/** Whether a ClientHello (RFC 8446, section 4.1.2) offers a session of TLS 1.3: its extension pre_shared_key. */
function offersSession(record: Buffer): boolean {
  let at = 5 + 4 + 2 + 32
  at += 1 + record.readUInt8(at)
  at += 2 + record.readUInt16BE(at)
  at += 1 + record.readUInt8(at) + 2
  while (at < record.length) {
    if (record.readUInt16BE(at) === 41) return true
    at += 4 + record.readUInt16BE(at + 2)
  }
  return false
}

test('a session is not offered again if the server breaks off the handshake, and none after the second time', async (t) => {
  const server = await secure(good)
  const offered: boolean[] = []
  const front = await raw((socket) => {
    socket.once('data', (hello: Buffer) => {
      offered.push(offersSession(hello))
      if (offersSession(hello)) return void socket.resetAndDestroy()
      const behind = connect(server.port, '127.0.0.1').on('error', () => {})
      behind.write(hello)
      socket.pipe(behind).pipe(socket)
    })
  })
  t.teardown(() => server.close())
  t.teardown(() => front.close())
  const { pollOnce, pollUntil } = repeatedPolls(t, front.port)
  for (let times = 0; times < 2; times++) {
    const states = await pollUntil(() => offered.at(-1) === true)
    t.deepEqual(
      states.map(({ verdict }) => verdict),
      [...Array<string>(states.length - 1).fill('up'), 'down'],
    )
    t.is((await pollOnce()).verdict, 'up')
    t.false(offered.at(-1))
  }
  const before = offered.length
  for (let times = 0; times < 5; times++) t.is((await pollOnce()).verdict, 'up')
  t.deepEqual(offered.slice(before), Array(5).fill(false))
})

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a server that has lost its keys is up, and sessions are soon resumed again, ${maxVersion}`, async (t) => {
    const { server, port, resumed } = await resumingServer(t, maxVersion)
    const { pollUntil } = repeatedPolls(t, port)
    const states = await pollUntil(() => resumed.at(-1) === true)
    server.setTicketKeys(randomBytes(48))
    const { length } = resumed
    states.push(...(await pollUntil(() => resumed.at(-1) === true)))
    t.false(resumed[length])
    for (const { verdict, tls } of states) {
      t.is(verdict, 'up')
      t.false(Number.isNaN(tls?.expiresAt))
    }
  })
}

test('AES-128 is preferred, and other ciphers that a server insists on are accepted', async (t) => {
  for (const [ciphers, taken] of [
    ['TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'],
    ['TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
    ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
  ] as const) {
    let cipher = ''
    const server = createServer(
      { ...good, ciphers, honorCipherOrder: false },
      (socket: TLSSocket) => (cipher = socket.getCipher().name),
    )
    const state = await poll(t, await HostileServer.start({}, server))
    t.is(state.verdict, 'up')
    t.is(cipher, taken)
  }
})

test('each handshake sends the host name and checks it', async (t) => {
  const names: (string | false | null)[] = []
  const server = createServer(good, (socket: TLSSocket) => names.push(socket.servername))
  const hostile = await HostileServer.start({}, server)
  t.teardown(() => hostile.close())
  const poller = new TestPoller({ tls: { ca: authority.pem }, timeoutMs: 10_000 })
  t.teardown(() => poller.close())
  t.is((await poller.pollWithoutStall(`https://localhost:${hostile.port}/ok`)).verdict, 'up')
  t.is((await poller.pollWithoutStall(`https://127.0.0.1:${hostile.port}/ok`)).verdict, 'up')
  t.deepEqual(names, ['localhost', false])
})

/** Two connections to a server, one after the other, made by one Tls. */
async function connectTwice(t: ExecutionContext): Promise<TLSSocket[]> {
  const server = await secure(good)
  t.teardown(() => server.close())
  const now = () => performance.now()
  const tls = new Tls({ tls: { ca: authority.pem }, insecure: false, http2: false }, now)
  const sockets: TLSSocket[] = []
  for (let times = 0; times < 2; times++) {
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    const found = { tls: null, breaksRules: null }
    const attempt = new Attempt(now() + 60_000, now)
    const secured = await tls.secure(attempt, socket, new URL('https://127.0.0.1/'), found)
    if (isFailure(secured)) throw new Error(secured.detail)
    sockets.push(secured)
  }
  return sockets
}

test('all connections share one SecureContext: one for each would cost six times the CPU', async (t) => {
  const contexts: unknown[] = []
  for (const secured of await connectTwice(t)) {
    contexts.push(
      (secured as TLSSocket & { _tlsOptions: TlsOptions & { secureContext: unknown } })._tlsOptions
        .secureContext,
    )
    secured.destroy()
  }
  t.truthy(contexts[0])
  t.is(contexts[0], contexts[1])
})

test('an attempt that is over before the handshake says nothing about the session', async (t) => {
  const server = await secure(good)
  t.teardown(() => server.close())
  const now = () => performance.now()
  const tls = new Tls({ tls: { ca: authority.pem }, insecure: false, http2: false }, now)
  const make = async (attempt: Attempt) => {
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    return tls.secure(attempt, socket, new URL('https://127.0.0.1/'), { tls: null, breaksRules: null })
  }
  const first = (await make(new Attempt(now() + 60_000, now))) as TLSSocket
  await once(first.resume(), 'session')
  first.destroy()
  for (let times = 0; times < 3; times++) {
    const over = new Attempt(now() + 60_000, now)
    over.expire()
    t.like(await make(over), { reason: 'timeout' })
  }
  const last = (await make(new Attempt(now() + 60_000, now))) as TLSSocket
  t.true(last.isSessionReused())
  last.destroy()
})

test('a connection that is closed refers to nothing by its listeners', async (t) => {
  const left: unknown[] = []
  for (const secured of await connectTwice(t)) {
    const closed = once(secured, 'close')
    secured.destroy()
    await closed
    t.deepEqual(secured.eventNames(), ['error'])
    t.notThrows(() => secured.emit('error', new Error('late')))
    left.push(...secured.listeners('error'))
  }
  t.is(left.length, 2)
  t.is(left[0], left[1], 'a function of one connection would refer to what its handshake used')
})
