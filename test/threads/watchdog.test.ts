import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import test from 'ava'
import { Watchdog } from '../../src/threads/watchdog.ts'
import type { ThreadUsage } from '../../src/runtime/thread-usage.ts'
import { threadUsage } from '../../src/runtime/thread-usage.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** The silence after checks once a second, each with what the thread did. */
function silence(uses: readonly (ThreadUsage | null)[], everyMs = 1_000): number {
  const watchdog = new Watchdog(1_000)
  return uses.map((use, n) => watchdog.check(n * everyMs, use)).at(-1) as number
}

const runnable = (cpuMs: number): ThreadUsage => ({ runnable: true, cpuMs })
const waiting: ThreadUsage = { runnable: false, cpuMs: 50 }

test('a thread that spins is silent for the CPU time it uses', (t) => {
  t.is(silence([50, 1_050, 2_050, 3_040, 4_030].map(runnable)), 3_980)
})

test('a thread that gets no core is not silent, however long that lasts', (t) => {
  t.is(silence(Array.from({ length: 600 }, () => runnable(70))), 0)
  t.is(silence(Array.from({ length: 50 }, (_, n) => runnable(70 + n * 20))), 980)
})

test('a thread in a system call is silent all the time', (t) => {
  t.is(silence([waiting, waiting, waiting]), 2_000)
})

test('all time counts where the system does not report CPU time', (t) => {
  t.is(silence([null, null, null]), 2_000)
  t.is(silence([null, runnable(10), runnable(20)]), 1_010)
})

test('a check counts at most one interval', (t) => {
  t.is(silence([waiting, waiting], 60_000), 1_000)
})

test('an answer resets the silence', (t) => {
  const watchdog = new Watchdog(1_000)
  watchdog.check(0, waiting)
  t.is(watchdog.check(1_000, waiting), 1_000)
  watchdog.reset()
  t.is(watchdog.check(2_000, waiting), 0)
  t.is(watchdog.check(3_000, waiting), 1_000)
})

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('the system reports a thread that spins as runnable, and one in a system call as not', async (t) => {
  const file = new URL('../../src/runtime/thread-usage.ts', import.meta.url).href
  const code = `
    const { parentPort } = require('node:worker_threads')
    import('${file}').then(({ currentThreadId }) => {
      parentPort.postMessage(currentThreadId())
      parentPort.once('message', (kind) => {
        if (kind === 'spin') for (;;);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      })
    })`
  for (const kind of ['spin', 'block']) {
    const worker = new Worker(code, { eval: true })
    t.teardown(() => void worker.terminate())
    const [thread] = (await once(worker, 'message')) as [number]
    const before = threadUsage(thread)?.cpuMs ?? Number.NaN
    worker.postMessage(kind)
    if (kind === 'spin') await waitUntil(() => (threadUsage(thread)?.cpuMs ?? 0) > before + 500)
    else await waitUntil(() => threadUsage(thread)?.runnable === false)
  }
  t.is(threadUsage(1 << 30), null)
  t.is(threadUsage(null), null)
})
