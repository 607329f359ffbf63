import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import type { Exchange } from '../../../src/poll/http/exchange.ts'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { Attempt } from '../../../src/poll/attempt/attempt.ts'
import { BodyReader } from '../../../src/poll/http/body-reader.ts'
import { Http1Exchange } from '../../../src/poll/http/http1-exchange.ts'
import type { Method } from '../../../src/state/state.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import type { Script } from '../../helpers/hostile-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

interface Made {
  readonly exchange: Exchange
  readonly socket: Socket
}

async function made(server: { readonly port: number }, keep = true): Promise<Made> {
  const socket = connect(server.port, '127.0.0.1').pause()
  await once(socket, 'connect')
  return { socket, exchange: new Http1Exchange(`http://127.0.0.1:${server.port}`, socket, keep) }
}

/** The status and version, or the reason of a Failure. */
async function ask(
  { exchange }: Made,
  path: string,
  headers: string[] = [],
  method: Method = 'HEAD',
): Promise<string> {
  const attempt = new Attempt(monotonicMs() + 5_000, monotonicMs)
  const answer = await exchange.send(attempt, { method, path, headers })
  return isFailure(answer) ? answer.reason : `${answer.status} ${answer.httpVersion}`
}

async function start(
  t: ExecutionContext,
  scripts: Readonly<Record<string, Script>> = {},
): Promise<HostileServer> {
  const server = await HostileServer.start({ ok: (socket) => void socket.write(OK), ...scripts })
  t.teardown(() => server.close())
  return server
}

const HEADERS: readonly (readonly [headers: readonly string[], lines: string, host?: string])[] = [
  [[], ''],
  [
    ['accept', '*/*', 'user-agent', 'x/1 (\xe9)', 'x-empty', ''],
    'accept: */*\r\nuser-agent: x/1 (\xe9)\r\nx-empty: \r\n',
  ],
  [['x-team', 'a', 'x-team', 'b\tc'], 'x-team: a\r\nx-team: b\tc\r\n'],
  [['accept', '*/*', 'host', 'other.example', 'x', '1'], 'accept: */*\r\nx: 1\r\n', 'other.example'],
]

for (const keep of [false, true]) {
  test(`the bytes of a request, ${keep ? 'kept' : 'fresh'}`, async (t) => {
    const server = await start(t)
    for (const [headers, lines, host] of HEADERS) {
      const one = await made(server, keep)
      t.is(await ask(one, '/ok?a=%20b;', [...headers]), '200 1.1')
      one.exchange.close()
      const connection = keep ? 'keep-alive' : 'close'
      const first = `HEAD /ok?a=%20b; HTTP/1.1\r\nhost: ${host ?? `127.0.0.1:${server.port}`}\r\nconnection: ${connection}\r\n`
      t.deepEqual(server.heads.splice(0), [`${first}${lines}\r\n`])
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
    const one = await made(server)
    t.is(await ask(one, path, [...headers]), 'local')
    t.true(one.socket.destroyed)
    t.deepEqual(server.heads, [])
  })
}

test('a connection that has closed, or closes', async (t) => {
  const server = await start(t)
  const gone = await made(server)
  await once(gone.socket.destroy(), 'close')
  t.is(await ask(gone, '/ok'), 'closed')

  const goes = await made(server)
  const asked = ask(goes, '/ok')
  goes.socket.destroy()
  t.is(await asked, 'closed')

  const { socket } = await made(server)
  const closed = new Promise((resolve) => void socket.once('close', resolve))
  socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }))
  await closed
  const reset = { socket, exchange: new Http1Exchange('http://127.0.0.1', socket, false) }
  t.is(await ask(reset, '/ok'), 'reset')
})

test('a server that closes each connection at once', async (t) => {
  const tcp = createServer((socket) => void socket.on('error', () => {}).end())
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  t.teardown(() => tcp.close())
  const { port } = tcp.address() as AddressInfo
  for (let more = 0; more < 50; more++) {
    const one = await made({ port })
    t.is(await ask(one, '/ok'), 'closed')
    t.true(one.socket.destroyed)
  }
})

test('a kept connection that closes before the next request', async (t) => {
  const server = await start(t)
  const one = await made(server)
  t.is(await ask(one, '/ok'), '200 1.1')
  t.true(one.exchange.reusable)
  const asked = ask(one, '/ok')
  one.socket.destroy()
  t.is(await asked, 'closed')
  t.false(one.exchange.reusable)
  t.is(server.heads.length, 1)
})

test('data that arrived while the thread was busy is not taken for the next response', async (t) => {
  // A server in another thread could respond twice. Here the bytes are put where the socket would read them.
  const server = await start(t)
  const one = await made(server)
  t.is(await ask(one, '/ok'), '200 1.1')
  const asked = ask(one, '/ok')
  one.socket.push('HTTP/1.1 500 Stale\r\n\r\n')
  t.is(await asked, 'protocol')
  t.is(server.heads.length, 1)
})

test('at the deadline the socket is destroyed', async (t) => {
  const server = await start(t, { silent: () => {} })
  const { socket, exchange } = await made(server)
  const attempt = new Attempt(monotonicMs() + 5_000, monotonicMs)
  const asked = exchange.send(attempt, { method: 'HEAD', path: '/silent', headers: [] })
  await waitUntil(() => server.heads.length === 1)
  attempt.expire()
  const answer = await asked
  t.deepEqual(isFailure(answer) && [answer.reason, answer.detail], [
    'timeout',
    `${REASON_FACTS.timeout.text} (wait)`,
  ])
  t.true(socket.destroyed)
})

test('a connection that the server is about to close is not reused', async (t) => {
  const hint = (seconds: number) => (socket: Socket) =>
    void socket.write(OK.replace('\r\n\r\n', `\r\nKeep-Alive: timeout=${seconds}\r\n\r\n`))
  const server = await start(t, {
    one: hint(1),
    two: hint(2),
    closing: (socket) => void socket.write(OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')),
    'with-body': (socket) => void socket.write(`${OK}x`),
  })
  const reusableAfter = async (path: string) => {
    const one = await made(server)
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

test('the idle limit of a kept connection does not end a request', async (t) => {
  const hinted = OK.replace('\r\n\r\n', '\r\nKeep-Alive: timeout=2\r\n\r\n')
  const server = await start(t, {
    hinted: (socket) => void socket.write(hinted),
    late: (socket) => {
      // What Node says of a socket that was idle for its time.
      one.socket.emit('timeout')
      socket.write(hinted)
    },
  })
  const one = await made(server)
  t.is(await ask(one, '/hinted'), '200 1.1')
  t.is(await ask(one, '/late'), '200 1.1')
  one.exchange.close()
})

test('a response that announces a body', async (t) => {
  const server = await start(t, { page: (socket) => void socket.write(OK.replace(': 0', ': 9')) })
  const one = await made(server)
  const announced: boolean[] = []
  for (const path of ['/ok', '/page', '/ok']) {
    await ask(one, path)
    announced.push(one.exchange.bodyAnnounced)
  }
  t.deepEqual(announced, [false, true, false])
  one.exchange.close()
})

test('a long phrase is cut', async (t) => {
  const server = await start(t, {
    long: (socket) => void socket.write(`HTTP/1.1 200 ${'\xe9'.repeat(300)}\r\n\r\n`, 'latin1'),
  })
  const { exchange } = await made(server)
  const attempt = new Attempt(monotonicMs() + 5_000, monotonicMs)
  const answer = await exchange.send(attempt, { method: 'HEAD', path: '/long', headers: [] })
  t.is(isFailure(answer) ? '' : answer.statusText, '\xe9'.repeat(200))
  exchange.close()
})

test('a phrase is cut between characters', async (t) => {
  const server = await start(t, {
    long: (socket) => void socket.write(`HTTP/1.1 200 x${'🐈'.repeat(150)}\r\n\r\n`),
  })
  const { exchange } = await made(server)
  const attempt = new Attempt(monotonicMs() + 5_000, monotonicMs)
  const answer = await exchange.send(attempt, { method: 'HEAD', path: '/long', headers: [] })
  t.is(isFailure(answer) ? '' : answer.statusText, `x${'🐈'.repeat(99)}`)
  exchange.close()
})

const FRAMED: readonly (readonly [headers: string, body: string, whole: boolean])[] = [
  ['Content-Length: 0', '', true],
  ['Content-Length: 5', 'abcde', true],
  ['Content-Length: 5', 'abcd', false],
  ['Content-Length: 5', 'abcdef', false],
  ['Content-Length: 5', '', false],
  ['X: 1', '', false],
  ['Transfer-Encoding: chunked', '0\r\n\r\n', true],
  ['Transfer-Encoding: chunked', '5\r\nabcde\r\n0\r\n\r\n', true],
  ['Transfer-Encoding: chunked', '5\r\nabcde\r\n00A\r\n0123456789\r\n0\r\n\r\n', true],
  ['Transfer-Encoding: chunked', '', false],
  ['Transfer-Encoding: chunked', '0\r\n', false],
  ['Transfer-Encoding: chunked', '0\r\n\r', false],
  ['Transfer-Encoding: chunked', '0\r\n\r\nx', false],
  ['Transfer-Encoding: chunked', '5\r\nabcde\r\n', false],
  ['Transfer-Encoding: chunked', '5\r\nabcdef\r\n0\r\n\r\n', false],
  ['Transfer-Encoding: chunked', '5;a=b\r\nabcde\r\n0\r\n\r\n', false],
  ['Transfer-Encoding: chunked', '0\r\nX: 1\r\n\r\n', false],
  ['Transfer-Encoding: chunked', '-1\r\n\r\n0\r\n\r\n', false],
  ['Transfer-Encoding: chunked', '0x0\r\n\r\n', false],
  ['Transfer-Encoding: chunked', 'fffffffff\r\n\r\n0\r\n\r\n', false],
]
for (const [headers, body, whole] of FRAMED) {
  test(`GET, ${headers}, ${JSON.stringify(body)}: ${whole ? 'used again' : 'not used again'}`, async (t) => {
    const server = await start(t, {
      framed: (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`),
    })
    const one = await made(server)
    t.is(await ask(one, '/framed', [], 'GET'), '200 1.1')
    t.is(one.exchange.reusable, whole)
    t.false(one.exchange.bodyAnnounced)
    one.exchange.close()
  })
}

test('on a reused connection a response followed by more data is refused', async (t) => {
  const server = await start(t, {
    // The late body of the response before, which looks like a response, and then the true response.
    late: (socket) => void socket.write(`${OK}HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n`),
    long: (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc'),
  })
  for (const [path, method] of [
    ['/late', 'HEAD'],
    ['/late', 'GET'],
    ['/long', 'GET'],
  ] as const) {
    const fresh = await made(server)
    t.is(await ask(fresh, path, [], method), '200 1.1')
    t.false(fresh.exchange.reusable)
    fresh.exchange.close()
    const used = await made(server)
    t.is(await ask(used, '/ok', [], method), '200 1.1')
    t.true(used.exchange.reusable)
    t.is(await ask(used, path, [], method), 'protocol')
    t.true(used.socket.destroyed)
  }
})

test('a connection is not reused after a 408', async (t) => {
  const server = await start(t, { late: (socket) => void socket.write(OK.replace('200', '408')) })
  const one = await made(server)
  t.is(await ask(one, '/late'), '408 1.1')
  t.false(one.exchange.reusable)
  one.exchange.close()
})

test('data that arrived while the thread read another response is not taken for the next one', async (t) => {
  // The server has its own thread, so that it can write while this one is blocked.
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const server = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
    const sockets = []
    const server = require('node:net').createServer((socket) => {
      sockets.push(socket.on('error', () => {}).on('data', () => socket.write(${JSON.stringify(OK)})))
    })
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
    parentPort.on('message', () => sockets[1].write('HTTP/1.1 500 Stale\\r\\nContent-Length: 0\\r\\n\\r\\n', () => {
      Atomics.store(workerData, 0, 1)
      Atomics.notify(workerData, 0)
    }))`,
    { eval: true, workerData: signal },
  )
  t.teardown(() => server.terminate())
  const [port] = (await once(server, 'message')) as [number]
  const first = await made({ port })
  const second = await made({ port })
  t.is(await ask(first, '/'), '200 1.1')
  t.is(await ask(second, '/'), '200 1.1')
  t.is(await ask(first, '/'), '200 1.1')
  // A response was just read here: bytes that arrive on the other connection from now on are read in the next turn.
  server.postMessage('stale')
  Atomics.wait(signal, 0, 0)
  t.is(await ask(second, '/'), 'protocol')
  first.exchange.close()
})

test('a deadline that passes while the rest of a body is waited for changes nothing: enough of it is known', async (t) => {
  const server = await start(t, {
    beginning: (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nready'),
  })
  const { exchange } = await made(server)
  const attempt = new Attempt(monotonicMs() + 20_000, monotonicMs)
  const plan = { limit: 9, maxBytes: 9, search: () => (piece: string) => piece.includes('ready') }
  const openBody = () => {
    const reader = new BodyReader(plan, null, '')
    // As soon as the text has been found: the reading has set its own function by then.
    const push = reader.push.bind(reader)
    reader.push = (bytes) => {
      push(bytes)
      setImmediate(() => attempt.expire())
    }
    return reader
  }
  const answer = await exchange.send(attempt, { method: 'GET', path: '/beginning', headers: [], openBody })
  t.false(isFailure(answer), JSON.stringify(answer))
  t.true(attempt.isOver)
  t.false(exchange.reusable)
})
