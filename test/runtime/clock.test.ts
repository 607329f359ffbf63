import test from 'ava'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { monotonicMs } from '../../src/runtime/clock.ts'

test('never goes back', (t) => {
  let last = monotonicMs()
  for (let i = 0; i < 100_000; i++) {
    const now = monotonicMs()
    if (now < last) t.fail(`${now} after ${last}`)
    last = now
  }
  t.pass()
})

test('all threads share one clock: an answer comes after its question', async (t) => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     import(${JSON.stringify(new URL('../../src/runtime/clock.ts', import.meta.url).href)}).then(({ monotonicMs }) => {
       parentPort.on('message', () => parentPort.postMessage(monotonicMs()))
       parentPort.postMessage('ready')
     })`,
    { eval: true },
  )
  t.teardown(() => worker.terminate())
  await once(worker, 'message')
  for (let round = 0; round < 100; round++) {
    const asked = monotonicMs()
    worker.postMessage('?')
    const [there] = (await once(worker, 'message')) as [number]
    const heard = monotonicMs()
    if (there < asked || there > heard) t.fail(`asked ${asked}, there ${there}, heard ${heard}`)
  }
  t.pass()
})
