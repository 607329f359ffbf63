import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { processStart } from '../../src/runtime/process-start.ts'

const file = new URL('../../src/runtime/process-start.ts', import.meta.url).href

test.serial('the start of the process stays when the clock is set, also for threads', async (t) => {
  const start = processStart()
  t.true(Math.abs(start - performance.timeOrigin / 1000) < 3_600)
  const later = `Date.now = () => 1e12
    const { processStart } = await import('${file}')
    const { parentPort } = await import('node:worker_threads')
    parentPort.postMessage(processStart())`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(later)}`))
  const [inThread] = (await once(worker, 'message')) as [number]
  t.is(inThread, start)
  const { now } = Date
  Date.now = () => 1e12
  t.teardown(() => (Date.now = now))
  t.is(processStart(), start)
})
