import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { MonitorThread } from '../../src/monitor/monitor-thread.ts'
import { monitorOptions } from '../helpers/monitor-options.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Asks so often, some at a time, so that what is measured is what stays. */
async function ask(monitor: MonitorThread, times: number): Promise<void> {
  for (let asked = 0; asked < times; asked += 500)
    await Promise.all(Array.from({ length: 500 }, () => monitor.snapshot()))
}

/** The heap in use, in bytes. What a collection frees by finalizers, the next one collects. */
async function settledHeap(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    collect()
    await setImmediate()
  }
  return process.memoryUsage().heapUsed
}

test('100,000 questions to a monitor leave nothing behind', async (t) => {
  const monitor = new MonitorThread(monitorOptions, {
    outputFailed: ({ code }) => t.fail(code),
    errors: (lines) => t.fail(lines),
    lost: ({ message }) => t.fail(message),
  })
  t.teardown(() => monitor.end(''))
  await ask(monitor, 5_000)
  const before = await settledHeap()
  await ask(monitor, 100_000)
  const bytes = ((await settledHeap()) - before) / 100_000
  t.true(bytes < 20, `${bytes} bytes for each`)
})

test('a question that is not answered yet rejects when the thread ends, and so does one that comes later', async (t) => {
  const monitor = new MonitorThread(monitorOptions, {
    outputFailed: () => {},
    errors: () => {},
    lost: () => {},
  })
  const asked = [monitor.snapshot(), monitor.quitRequested()]
  await monitor.end('ended for a test')
  for (const question of [...asked, monitor.print()])
    await t.throwsAsync(question, { message: 'ended for a test' })
})
