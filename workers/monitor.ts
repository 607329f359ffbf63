import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../src/runtime/clock.ts'
import { ErrorLog } from '../src/print/text/error-log.ts'
import { FileOutput } from '../src/print/file-output.ts'
import { Output } from '../src/print/output.ts'
import { createPrinters } from '../src/print/create-printers.ts'
import type { MainStats } from '../src/print/text/summary.ts'
import { StateMonitor } from '../src/print/state-monitor.ts'
import { Table } from '../src/print/table/table.ts'
import { exposeApi } from '../src/threads/remote-api.ts'
import type { MonitorErrors, MonitorApi, MonitorLaunch, OutputFailure } from '../src/threads/protocol.ts'
import { StatusPorts } from '../src/threads/status-ports.ts'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import { AsyncQueue } from '../src/threads/async-queue.ts'

// The monitor's thread: States come in on the `status` ports, main speaks through the control face, and this thread alone
// writes to standard output.

const { options, control } = workerData as MonitorLaunch
/** A terminal that takes nothing for this long, in ms, is lent as it is. */
const SUSPEND_TIMEOUT_MS = 1_000

const failures = new AsyncQueue<OutputFailure>()
const output = new Output(1, (code) => failures.push({ file: null, code }))
const file =
  options.output === null
    ? null
    : new FileOutput(options.output, options.once && options.resumeFrom === null, options.inputs, (code) =>
        failures.push({ file: options.output, code }),
      )
const quitRequests = new AsyncQueue<'quit'>()
const table =
  options.screen === null
    ? null
    : new Table(options.screen, output, monotonicMs, () => quitRequests.push('quit'))
const monitor = new StateMonitor(
  options,
  {
    sinks: file === null ? [output] : [output, file],
    printers: createPrinters(options, output, file, table),
    errorLog: new ErrorLog(options.verbose, monotonicMs, reportErrors),
    outputUsage: () => ({ output: output.usage, file: file?.usage ?? { used: 0, most: 0 } }),
  },
  monotonicMs,
)
table?.start(() => monitor.liveData)
const ports = new StatusPorts((poller, message) => {
  switch (message.type) {
    case 'states':
      monitor.receiveStates(message.batch)
      break
    case 'cpu':
      monitor.updatePollerStats(poller, message.cpuMs, message.bounds)
      break
    default:
      message satisfies never
  }
})
let timer: NodeJS.Timeout | undefined
// The monitor before this one may have ended in the middle of a line.
if (options.resumeFrom !== null && options.format !== 'quiet') output.write('\n')

/** What is drawn on the live view needs no way round by main. */
function reportErrors(lines: string): void {
  if (table !== null) table.addErrors(lines)
  else parentPort?.postMessage(lines satisfies MonitorErrors)
}

function updateStats(mainStats: MainStats): void {
  monitor.updateMainStats(mainStats)
  if (options.statusIntervalMs !== null)
    timer ??= setInterval(() => void monitor.print(), options.statusIntervalMs)
}

async function setSuspended(suspended: boolean): Promise<void> {
  table?.suspend(suspended)
  await output.flush(SUSPEND_TIMEOUT_MS)
}

const api: MonitorApi = {
  registerUrls: (urls) => monitor.addUrls(urls),
  unregisterUrls: (ids) => monitor.removeUrls(ids),
  listen: (number, status) => ports.listen(number, status),
  threadId: currentThreadId,
  addStates: (states) => monitor.receiveStates(states),
  updateStats,
  print: () => void monitor.print(),
  keys: (input) => table?.keys(input),
  resize: (size) => table?.resize(size),
  setSuspended,
  async suspendAndReply(left) {
    await setSuspended(true)
    left.postMessage(null)
  },
  showNotices: (lines) => table?.addErrors(lines),
  quitRequested: () => quitRequests.next(),
  reopen: () => file?.reopen(),
  snapshot: () => monitor.counts,
  async stop(mainStats, patienceMs) {
    clearInterval(timer)
    await ports.drained()
    monitor.updateMainStats(mainStats)
    await monitor.finish()
    await Promise.all([output.flush(patienceMs), file?.flush(patienceMs)])
    return monitor.counts
  },
  outputFailed: () => failures.next(),
}
exposeApi(api, control)
