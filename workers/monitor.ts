import { workerData } from 'node:worker_threads'
import { monotonicMs } from '../src/clock.ts'
import { Output } from '../src/print/output.ts'
import type { Ledger } from '../src/print/summary.ts'
import { StateMonitor } from '../src/print/state-monitor.ts'
import { exposeFace } from '../src/threads/endpoint.ts'
import type { MonitorFace, MonitorLaunch } from '../src/threads/protocol.ts'
import { StatusPorts } from '../src/threads/status-ports.ts'
import { Told } from '../src/threads/told.ts'

// The monitor's thread: States come in on the `status` ports, main speaks through the control face, and this thread alone
// writes to standard output.

const { options, control } = workerData as MonitorLaunch
const failures = new Told<string>()
const output = new Output(1, (code) => failures.tell(code))
const monitor = new StateMonitor(options, output, monotonicMs)
const ports = new StatusPorts((poller, message) => {
  switch (message.type) {
    case 'states':
      monitor.take(message.batch)
      break
    case 'cpu':
      monitor.cpu(poller, message.cpuMs)
      break
    default:
      message satisfies never
  }
})
let timer: NodeJS.Timeout | undefined
// The monitor before this one may have ended in the middle of a line.
if (options.since !== null && options.format !== 'quiet') output.write('\n')

function account(ledger: Ledger): void {
  monitor.account(ledger)
  if (options.statusIntervalMs !== null)
    timer ??= setInterval(() => void monitor.print(), options.statusIntervalMs)
}

const face: MonitorFace = {
  know: (urls) => monitor.know(urls),
  listen: (number, status) => ports.listen(number, status),
  take: (states) => monitor.take(states),
  account,
  print: () => void monitor.print(),
  snapshot: () => monitor.counts,
  async stop(ledger, patienceMs) {
    clearInterval(timer)
    await ports.drained()
    monitor.account(ledger)
    await monitor.finish()
    await output.flush(patienceMs)
    return monitor.counts
  },
  outputFailed: () => failures.next(),
}
exposeFace(face, control)
