import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../src/clock.ts'
import { ErrorLog } from '../src/print/error-log.ts'
import { FileOutput } from '../src/print/file-output.ts'
import { Output } from '../src/print/output.ts'
import { printersOf } from '../src/print/printers.ts'
import type { Ledger } from '../src/print/summary.ts'
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
    : new FileOutput(options.output, options.once && options.since === null, options.inputs, (code) =>
        failures.tell({ file: options.output, code }),
      )
const asked = new Told<'quit'>()
const table =
  options.screen === null ? null : new Table(options.screen, output, monotonicMs, () => asked.tell('quit'))
const monitor = new StateMonitor(
  options,
  {
    outs: file === null ? [output] : [output, file],
    printers: printersOf(options, output, file, table),
    errorLog: new ErrorLog(options.verbose, monotonicMs, tellErrors),
    fills: () => ({ output: output.fill, file: file?.fill ?? { used: 0, most: 0 } }),
  },
  monotonicMs,
)
table?.start(() => monitor.live)
const ports = new StatusPorts((poller, message) => {
  switch (message.type) {
    case 'states':
      monitor.take(message.batch)
      break
    case 'cpu':
      monitor.cpu(poller, message.cpuMs, message.bounds)
      break
    default:
      message satisfies never
  }
})
let timer: NodeJS.Timeout | undefined
// The monitor before this one may have ended in the middle of a line.
if (options.since !== null && options.format !== 'quiet') output.write('\n')

/** What is drawn on the live view needs no way round by main. */
function tellErrors(lines: string): void {
  if (table !== null) table.say(lines)
  else parentPort?.postMessage(lines satisfies MonitorErrors)
}

function account(ledger: Ledger): void {
  monitor.account(ledger)
  if (options.statusIntervalMs !== null)
    timer ??= setInterval(() => void monitor.print(), options.statusIntervalMs)
}

async function lend(lent: boolean): Promise<void> {
  table?.lend(lent)
  await output.flush(LEND_MS)
}

const face: MonitorFace = {
  know: (urls) => monitor.know(urls),
  forget: (ids) => monitor.forget(ids),
  listen: (number, status) => ports.listen(number, status),
  thread: ownThread,
  take: (states) => monitor.take(states),
  account,
  print: () => void monitor.print(),
  keys: (input) => table?.keys(input),
  resize: (size) => table?.resize(size),
  lend,
  async leave(left) {
    await lend(true)
    left.postMessage(null)
  },
  say: (lines) => table?.say(lines),
  asked: () => asked.next(),
  reopen: () => file?.reopen(),
  snapshot: () => monitor.counts,
  async stop(ledger, patienceMs) {
    clearInterval(timer)
    await ports.drained()
    monitor.account(ledger)
    await monitor.finish()
    await Promise.all([output.flush(patienceMs), file?.flush(patienceMs)])
    return monitor.counts
  },
  outputFailed: () => failures.next(),
}
exposeFace(face, control)
