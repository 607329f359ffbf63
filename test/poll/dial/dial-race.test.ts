import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type net from 'node:net'
import test from 'ava'
import { DialRace } from '../../../src/poll/dial/dial-race.ts'
import type { TcpConnection } from '../../../src/poll/dial/dial-race.ts'
import type { Failure } from '../../../src/poll/attempt/failure.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import { blackHole } from '../../helpers/black-hole.ts'
import { startGreeter, outcome } from '../../helpers/test-dialer.ts'
import { freePort } from '../../helpers/free-port.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

// These tests count the handles of the thread, so they run one at a time.
const open = (kind: string) => process.getActiveResourcesInfo().filter((name) => name === kind).length
const sockets = () => open('TCPSocketWrap') + open('TCPConnectWrap')

function run(
  addresses: readonly string[],
  port: number,
): { race: DialRace; end: Promise<TcpConnection | Failure> } {
  const { promise, resolve } = Promise.withResolvers<TcpConnection | Failure>()
  return { race: new DialRace(addresses, port, resolve), end: promise }
}

test.serial('one address needs no timer', async (t) => {
  const port = await startGreeter(t, ['127.0.0.1'])
  const timers = open('Timeout')
  const { end } = run(['127.0.0.1'], port)
  t.is(open('Timeout'), timers)
  t.is(await outcome(end), '127.0.0.1')
})

test.serial('the socket is handed over paused and unread, without listeners', async (t) => {
  const port = await startGreeter(t, ['127.0.0.1'])
  const result = await run(['127.0.0.1'], port).end
  if (!('socket' in result)) return t.fail(result.detail)
  const { socket } = result
  t.deepEqual([socket.listenerCount('error'), socket.listenerCount('connect')], [0, 0])
  t.true(socket.isPaused())
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += chunk
  t.is(text, 'hello')
})

test.serial('after a refusal the next address is dialled at once', async (t) => {
  // Addresses where no other program listens: a port that is free at one of them may be taken at 127.0.0.1.
  const [first, second, third, fourth] = ['127.8.0.1', '127.8.0.2', '127.8.0.3', '127.8.0.4'] as const
  const port = await startGreeter(t, [third])
  const timers = open('Timeout')
  t.is(await outcome(run([first, second, third, fourth], port).end), third)
  t.is(open('Timeout'), timers)
})

test.serial('if all addresses refuse, the text names each', async (t) => {
  const port = await freePort()
  const timers = open('Timeout')
  t.is(
    await outcome(run(['127.0.0.1', '::1', '127.0.0.2'], port).end),
    `refused: ${['127.0.0.1', '[::1]', '127.0.0.2'].map((host) => `${REASON_FACTS.refused.text} ${host}:${port}`).join(', ')}`,
  )
  t.is(open('Timeout'), timers)
})

test.serial('the IPv4 address is dialled too when the IPv6 address is silent for a while', async (t) => {
  const port = await blackHole(t, ['::1'])
  await startGreeter(t, ['127.0.0.1'], port)
  const before = sockets()
  const { race, end } = run(['::1', '127.0.0.1'], port)
  t.deepEqual(race.untried, ['127.0.0.1'])
  t.is(await outcome(end), '127.0.0.1')
  await waitUntil(() => sockets() === before)
  t.is(open('Timeout'), 0)
})

test.serial('at most two sockets at a time: the third address replaces the first', async (t) => {
  const dead = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
  const port = await blackHole(t, dead)
  await startGreeter(t, ['127.0.0.4'], port)
  const before = sockets()
  const dialled: net.Socket[] = []
  let most = 0
  const count = (message: unknown) => {
    dialled.push((message as { socket: net.Socket }).socket)
    most = Math.max(most, dialled.filter((socket) => !socket.destroyed).length)
  }
  subscribe('net.client.socket', count)
  t.teardown(() => unsubscribe('net.client.socket', count))
  const { end } = run([...dead, '127.0.0.4'], port)
  t.is(await outcome(end), '127.0.0.4')
  t.is(most, 2)
  t.is(dialled.length, 4)
  await waitUntil(() => sockets() === before)
})

test.serial('the first address wins if it answers late but first', async (t) => {
  const port = await blackHole(t, ['127.0.0.2'])
  const late = await startGreeter(t, ['127.0.0.1'], port)
  const { end } = run(['127.0.0.2', '127.0.0.1'], late)
  t.is(await outcome(end), '127.0.0.1')
})

test.serial('destroy() leaves no socket and no timer, and there is no result', async (t) => {
  const port = await blackHole(t, ['127.0.0.1', '127.0.0.2'])
  const before = { sockets: sockets(), timers: open('Timeout') }
  const race = new DialRace(['127.0.0.1', '127.0.0.2', '127.0.0.3'], port, () => t.fail())
  await waitUntil(() => sockets() === before.sockets + 2)
  race.destroy()
  await waitUntil(() => sockets() === before.sockets)
  t.is(open('Timeout'), before.timers)
})

test.serial('all of very many addresses are tried, and the text stays short', async (t) => {
  const port = await startGreeter(t, ['127.8.1.65'])
  const many = Array.from({ length: 65 }, (_, n) => `127.8.1.${n + 1}`)
  t.is(await outcome(run(many, port).end), '127.8.1.65')
  const end = await outcome(run(many.slice(0, -1), port).end)
  t.is(end.split(REASON_FACTS.refused.text).length - 1, 8, end)
  t.regex(end, /, and 56 more$/)
})

test.serial('after destroy(), untried lists the addresses that were not dialled', async (t) => {
  const silent = ['127.8.2.1', '127.8.2.2']
  const port = await blackHole(t, silent)
  const race = new DialRace([...silent, '127.8.2.3'], port, () => t.fail())
  t.deepEqual(race.untried, ['127.8.2.2', '127.8.2.3'])
  await waitUntil(() => race.untried.length === 1)
  race.destroy()
  t.deepEqual(race.untried, ['127.8.2.3'])
})
