import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { seeded } from '../../helpers/random.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import { serverFrame, unmasked, websocketServer } from '../../helpers/websocket-server.ts'
import { readFrames } from '../../../src/poll/schemes/websocket-frames.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import type { TalkStep } from '../../../src/settings/talk.ts'
import type { State } from '../../../src/state/state.ts'

const LOOPBACK = [{ type: 'ip', value: '127.0.0.1' } as const]

const send = (text: string): TalkStep => ['send', text]
const expect = (text: string): TalkStep => ['expect', text]

async function poll(t: ExecutionContext, url: string, different: Partial<PollOptions> = {}): Promise<State> {
  const poller = new TestPoller({ timeoutMs: 5_000, ...different })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(url)
}

test('a server that goes over to WebSocket is up, and gets path, headers and credentials', async (t) => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const url = await websocketServer(t, (_, { method, url: path, headers }) => {
    resolve({
      method,
      path,
      header: headers['x-a'],
      agent: headers['user-agent'],
      login: headers.authorization,
    })
  })
  const state = await poll(t, `${url.replace('//', '//me:secret@')}/a?b`, { headers: [['X-A', 'b']] })
  t.like(state, { verdict: 'up', reason: 'ok', status: 0, method: '', finalUrl: `${url}/a?b` }, state.detail)
  t.deepEqual(await promise, {
    method: 'GET',
    path: '/a?b',
    header: 'b',
    agent: 'headcount/test',
    login: `Basic ${Buffer.from('me:secret').toString('base64')}`,
  })
})

test('messages: sent masked, received whole or in fragments, with a greeting and a ping between them', async (t) => {
  const received: string[] = []
  const url = await websocketServer(t, (socket) => {
    const greeting = serverFrame('hello')
    socket.write(greeting.subarray(0, 3))
    setImmediate(() => socket.write(greeting.subarray(3)))
    socket.on('data', (frame: Buffer) => {
      if (received.push(unmasked(frame)) > 1) return
      socket.write(serverFrame('re', 0x01))
      socket.write(serverFrame('', 0x89))
      socket.write(serverFrame('ady', 0x80))
    })
  })
  const talk = [expect('/^hello$/'), send('x'.repeat(200)), expect('/^ready$/')]
  const state = await poll(t, url, { talk })
  t.like(state, { verdict: 'up', reason: 'ok' }, state.detail)
  t.is(received[0], 'x'.repeat(200))
  const other = await poll(t, url, { talk: [expect('goodbye')], timeoutMs: 400 })
  t.like(other, { verdict: 'down', reason: 'body' })
  t.is(other.detail, 'the answer does not contain what it should: "hello"')
})

test('pings are answered with their data, also in the middle of a message, and take no room of the answer', async (t) => {
  const url = await websocketServer(t, (socket) => {
    const ping = serverFrame('p'.repeat(125), 0x89)
    const pings = (count: number) => socket.write(Buffer.concat(Array<Buffer>(count).fill(ping)))
    let received = Buffer.alloc(0)
    let isAgain = false
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      // Each answer has two bytes of head, four of mask, and the data.
      if (received.length < 100 * 131) return
      const answer = received.subarray(0, 131)
      if (answer[0] !== 0x8a || unmasked(answer) !== 'p'.repeat(125)) socket.destroy()
      received = Buffer.alloc(0)
      if (isAgain) socket.write(serverFrame('ady', 0x80))
      else pings(100)
      isAgain = true
    })
    socket.write(serverFrame('re', 0x01))
    socket.write(serverFrame('', 0x8a))
    pings(100)
  })
  const state = await poll(t, url, { talk: [expect('/^ready$/')], timeoutMs: 20_000 })
  t.like(state, { verdict: 'up', reason: 'ok' }, state.detail)
})

test('a server that sends pings without end: protocol', async (t) => {
  const url = await websocketServer(t, (socket) => {
    const ping = serverFrame('', 0x89)
    socket.on('data', () => socket.write(ping))
    socket.write(Buffer.concat(Array<Buffer>(200).fill(ping)))
    const timer = setInterval(() => socket.write(Buffer.concat(Array<Buffer>(200).fill(ping))), 5)
    socket.once('close', () => clearInterval(timer))
  })
  const state = await poll(t, url, { talk: [expect('x')], timeoutMs: 20_000 })
  t.like(state, { verdict: 'down', reason: 'protocol' }, state.detail)
  t.regex(state.detail, /more than 1000 pings/)
})

test('a message of more than 125 bytes', async (t) => {
  const url = await websocketServer(t, (socket) => void socket.write(serverFrame(`${'x'.repeat(1_000)}end`)))
  t.like(await poll(t, url, { talk: [expect('/x{900}end$/')] }), { verdict: 'up' })
})

test('a server that closes the WebSocket: closed, with the status', async (t) => {
  const url = await websocketServer(t, (socket) => {
    socket.write(serverFrame(Buffer.from([0x03, 0xf3, 0x78]), 0x88))
  })
  const state = await poll(t, url, { talk: [expect('x')] })
  t.like(state, { verdict: 'down', reason: 'closed', detail: 'closed by the server with status 1011' })
})

const INVALID: Readonly<Record<string, Buffer>> = {
  'a masked frame': serverFrame('abcdx', 0x81, 0x80),
  'a reserved bit': serverFrame('x', 0xc1),
  'a reserved opcode': serverFrame('x', 0x83),
}

for (const [title, frame] of Object.entries(INVALID)) {
  test(`${title}: protocol`, async (t) => {
    const url = await websocketServer(t, (socket) => void socket.write(frame))
    t.like(await poll(t, url, { talk: [expect('x')] }), { verdict: 'down', reason: 'protocol' })
  })
}

test('a server that answers otherwise: protocol, with its status', async (t) => {
  const { port } = await startOrigin(t, (_, response) => void response.writeHead(403).end())
  const state = await poll(t, `ws://127.0.0.1:${port}/`, { accept: [[403, 403]] })
  t.like(state, {
    verdict: 'down',
    reason: 'protocol',
    detail: 'no WebSocket: the server answers 403 Forbidden',
  })
})

test('informational answers before the one that counts are skipped', async (t) => {
  const { port } = await tcpServer(t, (socket) => {
    socket.once('data', (request: Buffer) => {
      const [, key = ''] = /sec-websocket-key: *(\S+)/i.exec(request.toString()) ?? []
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
      socket.write(`HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
      socket.write(serverFrame('hello'))
    })
  })
  t.like(await poll(t, `ws://127.0.0.1:${port}/`, { talk: [expect('hello')] }), { verdict: 'up' })
})

const FAULTS: Readonly<Record<string, readonly [serve: (socket: Socket) => void, reason: string]>> = {
  silent: [() => {}, 'timeout'],
  'half-closed': [(socket) => void socket.end(), 'closed'],
  'half-closed in the head': [(socket) => void socket.end('HTTP/1.1 101 '), 'closed'],
  reset: [(socket) => void socket.once('data', () => socket.resetAndDestroy()), 'reset'],
  garbage: [(socket) => void socket.write('SSH-2.0-x\r\n'), 'protocol'],
  'garbage without end': [(socket) => void socket.write(`HTTP/1.1 101 ${'x'.repeat(50_000)}`), 'protocol'],
  'without a key': [
    (socket) =>
      void socket.write('HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n'),
    'protocol',
  ],
  slow: [
    (socket) => {
      socket.write('HTTP/1.1 101 Yes\r\n')
      const timer = setInterval(() => socket.write('X: 1\r\n'), 20)
      socket.once('close', () => clearInterval(timer))
    },
    'timeout',
  ],
}

for (const [title, [serve, reason]] of Object.entries(FAULTS)) {
  test(`a server that is ${title}: ${reason}`, async (t) => {
    const { port } = await tcpServer(t, serve)
    const timeoutMs = reason === 'timeout' ? 400 : 10_000
    const state = await poll(t, `ws://127.0.0.1:${port}/`, { timeoutMs })
    t.like(state, { verdict: 'down', reason, address: '127.0.0.1' }, state.detail)
    t.true(state.detail.length < 250)
  })
}

test('nobody listens: refused; a forbidden address: policy', async (t) => {
  const url = `ws://127.0.0.1:${await freePort()}/`
  t.like(await poll(t, url), { verdict: 'down', reason: 'refused' })
  t.like(await poll(t, url, { denyPrivate: true }), { verdict: 'down', reason: 'policy' })
})

test('over TLS: the certificate is reported and judged', async (t) => {
  const authority = await Authority.create()
  const tls = { ca: authority.pem }
  const good = await websocketServer(t, () => {}, await authority.issue(LOOPBACK))
  t.like(await poll(t, good, { tls }), { verdict: 'up', tls: { protocol: 'TLSv1.3' } })
  const expired = await websocketServer(t, () => {}, await authority.issue(LOOPBACK, -2, -1))
  t.like(await poll(t, expired, { tls }), { verdict: 'down', reason: 'tls-expired' })
  const untrusted = await websocketServer(t, () => {}, await selfSigned(LOOPBACK))
  t.like(await poll(t, untrusted, { tls }), { verdict: 'down', reason: 'tls-untrusted' })
  t.like(await poll(t, untrusted, { tls, insecure: true }), { verdict: 'up' })
})

test('random bytes are frames, or are not, but nothing else', (t) => {
  const random = seeded(1)
  for (let left = 20_000; left > 0; left--) {
    const noise = Buffer.from(Array.from({ length: random.below(30) }, () => random.below(256) & 0x8f))
    const { data, bytes } = readFrames(noise)
    if (bytes > noise.length || data.length > bytes) t.fail(noise.toString('hex'))
  }
  t.pass()
})
