import { once } from 'node:events'
import net from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../src/clock.ts'
import { Dialer } from '../../src/poll/dial.ts'
import { Flight, isFailure } from '../../src/poll/flight.ts'
import { dnsServer } from '../helpers/dns-server.ts'

/** A TCP server on a port of its own that greets. */
async function greeter(t: ExecutionContext, host: string, port = 0): Promise<number> {
  const server = net.createServer((socket) => socket.on('error', () => {}).end('hello'))
  server.listen(port, host)
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A port that nobody listens on. */
async function freePort(t: ExecutionContext): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '::', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error(`no port ${t.title}`)
  return address.port
}

function dialer(t: ExecutionContext, options: Partial<ConstructorParameters<typeof Dialer>[0]> = {}): Dialer {
  const made = new Dialer({ family: 0, resolver: null, denyPrivate: false, ...options })
  t.teardown(() => made.close())
  return made
}

/** A flight with the deadline that its wheel would keep. */
function flight(t: ExecutionContext, timeoutMs = 10_000): Flight {
  const made = new Flight(monotonicMs() + timeoutMs, monotonicMs)
  const timer = setTimeout(() => made.expire(), timeoutMs)
  t.teardown(() => clearTimeout(timer))
  return made
}

async function dialled(
  t: ExecutionContext,
  dial: ReturnType<Dialer['dial']>,
): Promise<{ address: string; text: string }> {
  const result = await dial
  if (isFailure(result)) throw new Error(`${result.reason}: ${result.detail}`)
  const { socket, address } = result
  t.deepEqual([socket.listenerCount('error'), socket.listenerCount('connect'), socket.bytesRead], [0, 0, 0])
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += chunk
  return { address, text }
}

test('an IP address needs no look-up', async (t) => {
  const port = await greeter(t, '127.0.0.1')
  t.deepEqual(await dialled(t, dialer(t).dial(flight(t), '127.0.0.1', port)), {
    address: '127.0.0.1',
    text: 'hello',
  })
})

test('a name is looked up once', async (t) => {
  const port = await greeter(t, '127.0.0.1')
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'] } })
  const names = dialer(t, { resolver: server.address })
  for (let poll = 0; poll < 3; poll++) {
    t.is((await dialled(t, names.dial(flight(t), 'a.example', port))).text, 'hello')
  }
  t.deepEqual(server.asked.toSorted(), ['A a.example', 'AAAA a.example'])
})

test('refused on both families has a text', async (t) => {
  const port = await freePort(t)
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'], aaaa: ['::1'] } })
  const result = await dialer(t, { resolver: server.address }).dial(flight(t), 'a.example', port)
  t.like(result, {
    reason: 'refused',
    detail: `connection refused [::1]:${port}, connection refused 127.0.0.1:${port}`,
  })
})
