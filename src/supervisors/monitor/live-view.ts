import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { monotonicMs } from '../../runtime/clock.ts'
import type { TerminalUser } from '../../runtime/terminal.ts'
import type { MonitorSupervisor } from './monitor-supervisor.ts'
import type { Notices } from './notices.ts'

/** The live view that the monitor draws, for the Terminal that it draws on. */
export function liveView(monitor: MonitorSupervisor, notices: Notices): TerminalUser {
  return {
    keys: (input) => monitor.send({ type: 'keys', input }),
    resize: (size) => monitor.send({ type: 'resize', size }),
    setSuspended: (suspended) =>
      monitor.request({ type: 'suspend', suspended, done: null }).then(
        () => true,
        () => false, // The monitor is lost, which is reported elsewhere.
      ),
    suspendNow: (ms) => suspendNow(monitor, ms),
    closed: () => notices.end(),
  }
}

/** Polls for the monitor's answer without the event loop, which a process that is exiting no longer runs. */
function suspendNow(monitor: MonitorSupervisor, ms: number): boolean {
  const { port1, port2 } = new MessageChannel()
  const until = monotonicMs() + ms
  let suspended = false
  if (monitor.send({ type: 'suspend', suspended: true, done: port2 }))
    while (!suspended && monotonicMs() < until) suspended = receiveMessageOnPort(port1) !== undefined
  port1.close()
  return suspended
}
