import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import test from 'ava'
import { monotonicMs } from '../../../../src/runtime/clock.ts'
import { Http2Exchange } from '../../../../src/poll/http/http2/http2-exchange.ts'
import { isFailure } from '../../../../src/poll/attempt/failure.ts'
import { Attempt } from '../../../../src/poll/attempt/attempt.ts'
import { REASON_FACTS } from '../../../../src/state/reasons.ts'

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

test('a request that can not be sent is a local fault', async (t) => {
  const socket = await connected()
  t.is(await reason(new Http2Exchange('https://127.0.0.1', socket, false), 'no slash'), 'local')
  t.true(socket.destroyed)
})
