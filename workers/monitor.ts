import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../src/clock.ts'
import { Output } from '../src/print/output.ts'
import type { Ledger } from '../src/print/summary.ts'
import { StateMonitor } from '../src/print/state-monitor.ts'
import { exposeFace } from '../src/threads/endpoint.ts'
import type { MonitorFace, MonitorLaunch, StatusMessage } from '../src/threads/protocol.ts'
import { Told } from '../src/threads/told.ts'
import { within } from '../src/within.ts'

/** At the end the pollers have closed their ports; one that has not after this long will not, in ms. */
const CLOSED_MS = 250

// The monitor's thread: States come in on the `status` ports, main speaks through the control face, and this thread alone
// writes to standard output.

const { options, control } = workerData as MonitorLaunch
const failures = new Told<string>()
const output = new Output(1, (code) => failures.tell(code))
const monitor = new StateMonitor(options, output, monotonicMs)
/** By poller: where its States come in, and when it has closed its end and all that it sent is in. */
const ports = new Map<number, { port: MessagePort; closed: Promise<void> }>()
let timer: NodeJS.Timeout | undefined
// The monitor before this one may have ended in the middle of a line.
if (options.since !== null && options.format !== 'quiet') output.write('\n')

function listen(number: number, port: MessagePort): void {
  const take = (message: StatusMessage) => {
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
  }
  // The poller that had this number is dead: what it had sent before is taken in, nothing after.
  const last = ports.get(number)?.port
  for (let left = last && receiveMessageOnPort(last); left; left = last && receiveMessageOnPort(last))
    take(left.message as StatusMessage)
  last?.close()
  port.on('message', take)
  ports.set(number, { port, closed: new Promise((resolve) => port.once('close', resolve)) })
}

function account(ledger: Ledger): void {
  monitor.account(ledger)
  if (options.statusIntervalMs !== null)
    timer ??= setInterval(() => void monitor.print(), options.statusIntervalMs)
}

const face: MonitorFace = {
  know: (urls) => monitor.know(urls),
  listen,
  take: (states) => monitor.take(states),
  account,
  print: () => void monitor.print(),
  snapshot: () => monitor.counts,
  async stop(ledger, patienceMs) {
    clearInterval(timer)
    // A poller that hangs where it can't be ended keeps its port open.
    await within(Promise.all([...ports.values()].map(({ closed }) => closed)), CLOSED_MS)
    monitor.account(ledger)
    await monitor.finish()
    await output.flush(patienceMs)
    return monitor.counts
  },
  outputFailed: () => failures.next(),
}
exposeFace(face, control)
