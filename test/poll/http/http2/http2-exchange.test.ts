import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../../../src/runtime/clock.ts'
import { ERROR, FLAG, frame, TYPE, uint32 } from '../../../../src/poll/http/http2/frames.ts'
import { Http2Exchange } from '../../../../src/poll/http/http2/http2-exchange.ts'
import { isFailure } from '../../../../src/poll/attempt/failure.ts'
import { Attempt } from '../../../../src/poll/attempt/attempt.ts'
import { REASON_FACTS } from '../../../../src/state/reasons.ts'
import { maxConcurrentStreams } from '../../../helpers/frame-scripts.ts'
import { waitUntil } from '../../../helpers/wait-until.ts'

const REQUEST = { method: 'HEAD', path: '/ok-open', headers: [] } as const

/** A server that accepts connections and sends nothing. */
const server = createServer((socket) => void socket.on('error', () => {}).resume())
test.before(async () => void (await once(server.listen(0, '127.0.0.1'), 'listening')))
test.after.always(() => server.close())

async function connected(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

async function reason(exchange: Http2Exchange, path: string = REQUEST.path): Promise<string> {
  const attempt = new Attempt(monotonicMs() + 5_000, monotonicMs)
  const answer = await exchange.send(attempt, { ...REQUEST, headers: [], path })
  exchange.close()
  return isFailure(answer) ? answer.reason : String(answer.status)
}

test('a connection that has closed before the request', async (t) => {
  const socket = await connected()
  socket.destroy()
  t.is(await reason(new Http2Exchange('https://127.0.0.1', socket, false)), 'closed')
})

test('a connection that closes while the request is sent', async (t) => {
  const socket = await connected()
  const exchange = new Http2Exchange('https://127.0.0.1', socket, false)
  const asked = reason(exchange)
  socket.destroy()
  t.is(await asked, 'closed')
})

test('a connection that was reset before the request', async (t) => {
  const socket = await connected()
  socket.on('error', () => {})
  socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }))
  t.is(await reason(new Http2Exchange('https://127.0.0.1', socket, false)), 'reset')
})

test('at the deadline the socket is destroyed', async (t) => {
  const socket = await connected()
  const exchange = new Http2Exchange('https://127.0.0.1', socket, false)
  const attempt = new Attempt(monotonicMs() + 5_000, monotonicMs)
  const asked = exchange.send(attempt, { method: 'HEAD', path: '/silent', headers: [] })
  attempt.expire()
  const answer = await asked
  t.deepEqual(isFailure(answer) && [answer.reason, answer.detail], [
    'timeout',
    `${REASON_FACTS.timeout.text} (wait)`,
  ])
  t.true(socket.destroyed)
})

/** An exchange with a server whose first frames have arrived and allow no stream. `heard`: what it was sent. */
async function withoutStreams(t: ExecutionContext) {
  const heard: Buffer[] = []
  const own = createServer((socket) => {
    socket.on('data', (bytes) => heard.push(bytes as Buffer)).on('error', () => {})
    socket.write(maxConcurrentStreams(0))
    goAway = () => void socket.write(frame(TYPE.goaway, 0, 0, uint32(0, ERROR.none)))
  })
  let goAway = () => {}
  await once(own.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => own.close())
  const socket = connect((own.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  const exchange = new Http2Exchange('https://127.0.0.1', socket, false)
  await once(socket, 'data')
  return { exchange, heard, goAway: () => goAway() }
}

test('a server that allows no stream is sent no request, and none is a time-out at the deadline', async (t) => {
  const { exchange, heard } = await withoutStreams(t)
  const attempt = new Attempt(monotonicMs() + 5_000, monotonicMs)
  const asked = exchange.send(attempt, { ...REQUEST, headers: [] })
  // Its acknowledgement of the settings is all.
  await waitUntil(() => heard.length > 0)
  attempt.expire()
  const answer = await asked
  t.is(isFailure(answer) ? answer.reason : '', 'timeout')
  t.deepEqual(Buffer.concat(heard), frame(TYPE.settings, FLAG.ack, 0))
})

test('a GOAWAY ends a request that waits for a stream at once, and it may be repeated', async (t) => {
  const { exchange, goAway } = await withoutStreams(t)
  const asked = reason(exchange)
  goAway()
  t.is(await asked, 'closed')
  t.is(exchange.retryProtocol, 'same')
})

test('a request that can not be sent is a local fault', async (t) => {
  const socket = await connected()
  t.is(await reason(new Http2Exchange('https://127.0.0.1', socket, false), 'no slash'), 'local')
  t.true(socket.destroyed)
})
