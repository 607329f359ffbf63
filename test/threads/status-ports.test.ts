import test from 'ava'
import { once } from 'node:events'
import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import type { StatusMessage } from '../../src/threads/protocol.ts'
import { QUIET_MS, StatusPorts } from '../../src/threads/status-ports.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const [FIRST, SECOND] = [pollerNumber(0), pollerNumber(1)]
const none = { used: 0, most: 0 }
const bounds = { polls: none, names: none, sessions: none, connections: none }
const cpu = (cpuMs: number): StatusMessage => ({ type: 'cpu', cpuMs, bounds })

test.serial('drained waits as long as messages come, even when no port closes', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port2.close())
  const ports = new StatusPorts(() => {})
  ports.listen(FIRST, port1)
  let isDrained = false
  const drained = ports.drained().then(() => (isDrained = true))
  const quietFor = async (ms: number) => {
    mock.timers.tick(ms)
    await setImmediate()
  }
  for (let more = 0; more < 15; more++) {
    port2.postMessage(cpu(more))
    await once(port1, 'message')
    await quietFor(QUIET_MS - 1)
    t.false(isDrained)
  }
  await quietFor(QUIET_MS)
  await drained
  t.true(isDrained)
})

test('of a dead poller, messages that have arrived are handled before those of its successor, and later ones never', async (t) => {
  const taken: string[] = []
  const ports = new StatusPorts((poller, message) => {
    if (message.type === 'cpu') taken.push(`${poller}: ${message.cpuMs}`)
  })
  const [dead, live, other] = [new MessageChannel(), new MessageChannel(), new MessageChannel()]
  t.teardown(() => [dead, live, other].forEach(({ port2 }) => port2.close()))
  ports.listen(FIRST, dead.port1)
  ports.listen(SECOND, other.port1)
  dead.port2.postMessage(cpu(1))
  dead.port2.postMessage(cpu(2))
  live.port2.postMessage(cpu(4))
  ports.listen(FIRST, live.port1)
  t.deepEqual(taken, ['1: 1', '1: 2'])
  dead.port2.postMessage(cpu(3))
  other.port2.postMessage(cpu(5))
  await waitUntil(() => taken.length === 4)
  t.deepEqual(taken.toSorted(), ['1: 1', '1: 2', '1: 4', '2: 5'])
})

test('drained resolves when all pollers have closed, and does not wait for one that never does', async (t) => {
  const taken: number[] = []
  const ports = new StatusPorts((_, message) => {
    if (message.type === 'cpu') taken.push(message.cpuMs)
  })
  const [closes, hangs] = [new MessageChannel(), new MessageChannel()]
  t.teardown(() => hangs.port2.close())
  ports.listen(FIRST, closes.port1)
  ports.listen(SECOND, hangs.port1)
  closes.port2.postMessage(cpu(1))
  closes.port2.close()
  await ports.drained()
  t.deepEqual(taken, [1])
})
