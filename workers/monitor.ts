import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../src/clock.ts'
import { ErrorLog } from '../src/print/error-log.ts'
import { FileOutput } from '../src/print/file-output.ts'
import { Output } from '../src/print/output.ts'
import { createPrinters } from '../src/print/printers.ts'
import type { MainStats } from '../src/print/summary.ts'
import { StateMonitor } from '../src/print/state-monitor.ts'
import { Table } from '../src/print/table/table.ts'
import { exposeFace } from '../src/threads/endpoint.ts'
import type { MonitorErrors, MonitorFace, MonitorLaunch, OutputFailure } from '../src/threads/protocol.ts'
import { StatusPorts } from '../src/threads/status-ports.ts'
import { ownThread } from '../src/threads/thread-use.ts'
import { Told } from '../src/threads/told.ts'

// The monitor's thread: States come in on the `status` ports, main speaks through the control face, and this thread alone
// writes to standard output.

const { options, control } = workerData as MonitorLaunch
/** A terminal that takes nothing for this long, in ms, is lent as it is. */
const LEND_MS = 1_000

const failures = new Told<OutputFailure>()
const output = new Output(1, (code) => failures.tell({ file: null, code }))
const file =
  options.output === null
    ? null
    : new FileOutput(options.output, options.once && options.resumeFrom === null, options.inputs, (code) =>
        failures.tell({ file: options.output, code }),
      )
const asked = new Told<'quit'>()
const table =
  options.screen === null ? null : new Table(options.screen, output, monotonicMs, () => asked.tell('quit'))
const monitor = new StateMonitor(
  options,
  {
    sinks: file === null ? [output] : [output, file],
    printers: createPrinters(options, output, file, table),
    errorLog: new ErrorLog(options.verbose, monotonicMs, tellErrors),
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
function tellErrors(lines: string): void {
  if (table !== null) table.addErrors(lines)
  else parentPort?.postMessage(lines satisfies MonitorErrors)
}

function account(mainStats: MainStats): void {
  monitor.updateMainStats(mainStats)
  if (options.statusIntervalMs !== null)
    timer ??= setInterval(() => void monitor.print(), options.statusIntervalMs)
}

async function lend(lent: boolean): Promise<void> {
  table?.suspend(lent)
  await output.flush(LEND_MS)
}

const face: MonitorFace = {
  know: (urls) => monitor.addUrls(urls),
  forget: (ids) => monitor.removeUrls(ids),
  listen: (number, status) => ports.listen(number, status),
  thread: ownThread,
  take: (states) => monitor.receiveStates(states),
  account,
  print: () => void monitor.print(),
  keys: (input) => table?.keys(input),
  resize: (size) => table?.resize(size),
  lend,
  async leave(left) {
    await lend(true)
    left.postMessage(null)
  },
  say: (lines) => table?.addErrors(lines),
  asked: () => asked.next(),
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
exposeFace(face, control)
