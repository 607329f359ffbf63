// Preloaded into every thread of the program with NODE_OPTIONS=--import: each poller and monitor asks on CHAOS_PORT what is to
// befall it. The program itself knows nothing of this.
import { connect } from 'node:net'
import { isMainThread, workerData } from 'node:worker_threads'
import { injectFault } from '../helpers/fault-kinds.ts'
import type { FaultKind } from '../helpers/fault-kinds.ts'

if (!isMainThread) {
  const isMonitor = (workerData as { control?: unknown } | null)?.control !== undefined
  const socket = connect(Number(process.env['CHAOS_PORT']), '127.0.0.1')
  socket.unref()
  // The chaos has ended before the program.
  socket.on('error', () => socket.destroy())
  socket.write(isMonitor ? 'monitor' : 'poller')
  socket.once('data', (kind: Buffer) => injectFault(kind.toString() as FaultKind))
}
