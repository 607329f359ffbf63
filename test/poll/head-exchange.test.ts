import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../src/clock.ts'
import { Exchange } from '../../src/poll/exchange.ts'
import type { AnyExchange } from '../../src/poll/exchange.ts'
import { Flight, isFailure } from '../../src/poll/flight.ts'
import { HeadExchange } from '../../src/poll/head-exchange.ts'
import { Hostile } from '../helpers/hostile.ts'
import type { Script } from '../helpers/hostile.ts'
import { mutated } from '../helpers/mutate.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

interface Made {
  readonly exchange: AnyExchange
  readonly socket: Socket
}

async function made(
  server: { readonly port: number },
  Kind: typeof Exchange | typeof HeadExchange,
  keep = true,
): Promise<Made> {
  const socket = connect(server.port, '127.0.0.1').pause()
  await once(socket, 'connect')
  return { socket, exchange: new Kind(`http://127.0.0.1:${server.port}`, socket, keep) }
}

/** Status and version, or the reason of a Failure. */
async function ask({ exchange }: Made, path: string, headers: string[] = []): Promise<string> {
  const flight = new Flight(monotonicMs() + 5_000, monotonicMs)
  const answer = await exchange.ask(flight, { method: 'HEAD', path, headers })
  return isFailure(answer) ? answer.reason : `${answer.status} ${answer.httpVersion}`
}

async function start(t: ExecutionContext, scripts: Readonly<Record<string, Script>> = {}): Promise<Hostile> {
  const server = await Hostile.start({ ok: (socket) => void socket.write(OK), ...scripts })
  t.teardown(() => server.close())
  return server
}

const HEADERS: readonly (readonly string[])[] = [
  [],
  ['accept', '*/*', 'user-agent', 'x/1 (\xe9)', 'x-empty', ''],
  ['authorization', 'Basic eDp5', 'x-team', 'a', 'x-team', 'b\tc'],
  ['accept', '*/*', 'host', 'other.example', 'x', '1'],
]

for (const keep of [false, true]) {
  test(`the bytes of a request are those of undici, ${keep ? 'kept' : 'fresh'}`, async (t) => {
    const server = await start(t)
    for (const headers of HEADERS) {
      for (const Kind of [Exchange, HeadExchange]) {
        const one = await made(server, Kind, keep)
        t.is(await ask(one, '/ok?a=%20b;', [...headers]), '200 1.1')
        one.exchange.close()
      }
      const [undici, ours] = server.heads.splice(0)
      t.is(ours, undici)
    }
  })
}

for (const [path, headers] of [
  ['no slash', []],
  ['/a\r\nx: 1', []],
  ['/a b', []],
  ['/\u0100', []],
  ['/ok', ['x', '1\r\ny: 2']],
  ['/ok', ['x', '\0']],
  ['/ok', ['x', '\u0100']],
  ['/ok', ['x: 1\r\ny', '2']],
  ['/ok', ['', '2']],
] as const) {
  test(`not sent: ${JSON.stringify([path, headers])}`, async (t) => {
    const server = await start(t)
    const one = await made(server, HeadExchange)
    t.is(await ask(one, path, [...headers]), 'local')
    t.true(one.socket.destroyed)
    t.deepEqual(server.heads, [])
  })
}

test('a connection that has gone, or goes', async (t) => {
  const server = await start(t)
  const gone = await made(server, HeadExchange)
  await once(gone.socket.destroy(), 'close')
  t.is(await ask(gone, '/ok'), 'closed')

  const goes = await made(server, HeadExchange)
  const asked = ask(goes, '/ok')
  goes.socket.destroy()
  t.is(await asked, 'closed')

  const { socket } = await made(server, HeadExchange)
  const closed = new Promise((resolve) => void socket.once('close', resolve))
  socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }))
  await closed
  const reset = { socket, exchange: new HeadExchange('http://127.0.0.1', socket, false) }
  t.is(await ask(reset, '/ok'), 'reset')
})

test('a server that closes each connection at once', async (t) => {
  const tcp = createServer((socket) => void socket.on('error', () => {}).end())
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  t.teardown(() => tcp.close())
  const { port } = tcp.address() as AddressInfo
  for (let more = 0; more < 50; more++) {
    const one = await made({ port }, HeadExchange)
    t.is(await ask(one, '/ok'), 'closed')
    t.true(one.socket.destroyed)
  }
})

test('a kept connection that goes before the next request', async (t) => {
  const server = await start(t)
  const one = await made(server, HeadExchange)
  t.is(await ask(one, '/ok'), '200 1.1')
  t.true(one.exchange.reusable)
  const asked = ask(one, '/ok')
  one.socket.destroy()
  t.is(await asked, 'closed')
  t.false(one.exchange.reusable)
  t.is(server.heads.length, 1)
})

test('what came while the thread was busy does not answer the next request', async (t) => {
  // On its own thread a server could answer twice; here the bytes are put where the socket would find them.
  const server = await start(t)
  const one = await made(server, HeadExchange)
  t.is(await ask(one, '/ok'), '200 1.1')
  const asked = ask(one, '/ok')
  one.socket.push('HTTP/1.1 500 Stale\r\n\r\n')
  t.is(await asked, 'protocol')
  t.is(server.heads.length, 1)
})

test('at the deadline the socket is destroyed', async (t) => {
  const server = await start(t, { silent: () => {} })
  const { socket, exchange } = await made(server, HeadExchange)
  const flight = new Flight(monotonicMs() + 5_000, monotonicMs)
  const asked = exchange.ask(flight, { method: 'HEAD', path: '/silent', headers: [] })
  await sleep(20)
  flight.expire()
  const answer = await asked
  t.deepEqual(isFailure(answer) && [answer.reason, answer.detail], ['timeout', 'no answer in time (wait)'])
  t.true(socket.destroyed)
})

test('a server that is about to close is not asked again', async (t) => {
  const hint = (seconds: number) => (socket: Socket) =>
    void socket.write(OK.replace('\r\n\r\n', `\r\nKeep-Alive: timeout=${seconds}\r\n\r\n`))
  const server = await start(t, {
    one: hint(1),
    two: hint(2),
    closing: (socket) => void socket.write(OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')),
    'with-body': (socket) => void socket.write(`${OK}x`),
  })
  const reusableAfter = async (path: string) => {
    const one = await made(server, HeadExchange)
    await ask(one, path)
    const { reusable } = one.exchange
    one.exchange.close()
    return reusable
  }
  t.deepEqual(await Promise.all(['/one', '/two', '/closing', '/with-body', '/ok'].map(reusableAfter)), [
    false,
    true,
    false,
    false,
    true,
  ])
})

test('that a kept connection would soon be idle for too long does not end a request', async (t) => {
  const hinted = OK.replace('\r\n\r\n', '\r\nKeep-Alive: timeout=2\r\n\r\n')
  const server = await start(t, {
    hinted: (socket) => void socket.write(hinted),
    late: (socket) => void setTimeout(() => socket.write(hinted), 1_200),
  })
  const one = await made(server, HeadExchange)
  t.is(await ask(one, '/hinted'), '200 1.1')
  t.is(await ask(one, '/late'), '200 1.1')
  one.exchange.close()
})

test('an answer that told of a body', async (t) => {
  const server = await start(t, { page: (socket) => void socket.write(OK.replace(': 0', ': 9')) })
  const one = await made(server, HeadExchange)
  const told: boolean[] = []
  for (const path of ['/ok', '/page', '/ok']) {
    await ask(one, path)
    told.push(one.exchange.bodyTold)
  }
  t.deepEqual(told, [false, true, false])
  one.exchange.close()
})

test('a phrase is cut', async (t) => {
  const server = await start(t, {
    long: (socket) => void socket.write(`HTTP/1.1 200 ${'\xe9'.repeat(300)}\r\n\r\n`, 'latin1'),
  })
  const { exchange } = await made(server, HeadExchange)
  const flight = new Flight(monotonicMs() + 5_000, monotonicMs)
  const answer = await exchange.ask(flight, { method: 'HEAD', path: '/long', headers: [] })
  t.is(isFailure(answer) ? '' : answer.statusText, '\xe9'.repeat(200))
  exchange.close()
})

/** Where both may differ, and why ours is no worse. */
const DIFFERENCES: readonly (readonly [text: RegExp, why: string])[] = [
  [
    /^\s*[\r\n]+HTTP|\r\n\r\n[\r\n]+HTTP/,
    'empty lines before an answer: no RFC allows them, undici passes them over',
  ],
  [/HTTP\/1\.[01] 100[ \r]/, 'a malformed 100 Continue: Tap takes it out without a look'],
  [
    /content-length:[^\r]*$|content-length:(?![^]*\r\n\r\n)/i,
    'a bad length in a head that has no end: we look at its end',
  ],
  [
    /^HTTP\/1\.(0 1|1 1\d\d[^]*\r\nconnection:)/i,
    'an informational answer that closes: it says nothing of the final one',
  ],
]

test('what undici says of malformed answers, we say', async (t) => {
  t.timeout(60_000)
  const texts = [...mutated(1, 1_000)]
  const server = await start(t, {
    mutated: (socket, { head }) => void socket.end(texts[Number(/\?(\d+)/.exec(head)?.[1])] ?? '', 'latin1'),
  })
  const tally: Record<string, number> = {}
  const compare = async (text: string, at: number) => {
    const [undici, ours] = await Promise.all(
      [Exchange, HeadExchange].map(async (Kind) => {
        const one = await made(server, Kind)
        const said = await ask(one, `/mutated?${at}`)
        one.exchange.close()
        return said
      }),
    )
    const why = undici === ours ? undefined : DIFFERENCES.find(([pattern]) => pattern.test(text))?.[1]
    t.true(undici === ours || why !== undefined, `${undici}, but ${ours}: ${JSON.stringify(text)}`)
    const sort = undici === ours ? (ours ?? '') : (why ?? '')
    tally[sort] = (tally[sort] ?? 0) + 1
  }
  for (let at = 0; at < texts.length; at += 20) {
    await Promise.all(texts.slice(at, at + 20).map((text, more) => compare(text, at + more)))
  }
  t.log(tally)
  t.true((tally['protocol'] ?? 0) > 100 && (tally['200 1.1'] ?? 0) > 50)
})
