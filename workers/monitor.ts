import { workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../src/clock.ts'
import { FileOutput } from '../src/print/file-output.ts'
import { Output } from '../src/print/output.ts'
import { printersOf } from '../src/print/printers.ts'
import { StateMonitor } from '../src/print/state-monitor.ts'
import { Table } from '../src/print/table/table.ts'
import { exposeFace } from '../src/threads/endpoint.ts'
import type { MonitorFace, MonitorLaunch, OutputFailure, StatusMessage } from '../src/threads/protocol.ts'
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
    : new FileOutput(options.output, options.once, (code) => failures.tell({ file: options.output, code }))
const asked = new Told<'quit'>()
const table =
  options.screen === null ? null : new Table(options.screen, output, monotonicMs, () => asked.tell('quit'))
const monitor = new StateMonitor(
  options,
  { outs: file === null ? [output] : [output, file], printers: printersOf(options, output, file, table) },
  monotonicMs,
)
table?.start(() => monitor.live)
/** Each settles when its poller has closed its end and all that it sent is in. */
const closed: Promise<void>[] = []
const timer =
  options.statusIntervalMs === null
    ? undefined
    : setInterval(() => void monitor.print(), options.statusIntervalMs)

function listen(number: number, status: MessagePort): void {
  status.on('message', (message: StatusMessage) => {
    switch (message.type) {
      case 'states':
        monitor.take(message.batch)
        break
      case 'cpu':
        monitor.cpu(number, message.cpuMs)
        break
      default:
        message satisfies never
    }
  })
  closed.push(new Promise((resolve) => status.once('close', resolve)))
}

const face: MonitorFace = {
  know: (urls) => monitor.know(urls),
  listen,
  account: (ledger) => monitor.account(ledger),
  print: () => void monitor.print(),
  keys: (input) => table?.keys(input),
  resize: (size) => table?.resize(size),
  async lend(lent) {
    table?.lend(lent)
    await output.flush(LEND_MS)
  },
  say: (lines) => table?.say(lines),
  asked: () => asked.next(),
  reopen: () => file?.reopen(),
  snapshot: () => monitor.counts,
  async stop(ledger, patienceMs) {
    clearInterval(timer)
    await Promise.all(closed)
    monitor.account(ledger)
    await monitor.finish()
    await Promise.all([output.flush(patienceMs), file?.flush(patienceMs)])
    return monitor.counts
  },
  outputFailed: () => failures.next(),
}
exposeFace(face, control)
