import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { MonitorThread } from '../../src/supervisors/monitor/monitor-thread.ts'
import { monitorOptions } from '../helpers/monitor-options.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Sends this many messages, some at a time, so that what is measured is what stays. */
async function send(monitor: MonitorThread, times: number): Promise<void> {
  for (let sent = 0; sent < times; sent += 500)
    await Promise.all(Array.from({ length: 500 }, () => monitor.send({ type: 'reopen' })))
}

/** The heap in use, in bytes. What a collection frees by finalizers, the next one collects. */
async function settledHeap(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    collect()
    await setImmediate()
  }
  return process.memoryUsage().heapUsed
}

test('100,000 messages to a monitor leave nothing behind', async (t) => {
  const monitor = new MonitorThread(monitorOptions, {
    received: ({ type }) => t.is(type, 'started'),
    lost: ({ message }) => t.fail(message),
  })
  t.teardown(() => monitor.end(''))
  await send(monitor, 5_000)
  const before = await settledHeap()
  await send(monitor, 100_000)
  const bytes = ((await settledHeap()) - before) / 100_000
  // A reaction to a promise that stays takes over 100 bytes. The heap itself varies by 2.5 MB.
  t.true(bytes < 60, `${bytes} bytes for each`)
})
