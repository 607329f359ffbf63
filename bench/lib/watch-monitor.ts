// Preloaded into every thread of headcount: the monitor notes ten times a second for how long its event loop was held up at most since
// the last time, as a line `TIME DELAY` of the file LOOP_DELAYS, in ms.
import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { workerData } from 'node:worker_threads'

const file = process.env['LOOP_DELAYS']
const isMonitor = (workerData as { control?: unknown } | null)?.control !== undefined

if (isMonitor && file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  setInterval(() => {
    appendFileSync(file, `${Date.now()} ${delays.max / 1e6}\n`)
    delays.reset()
  }, 100).unref()
}
