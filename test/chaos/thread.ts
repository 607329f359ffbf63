// Preloaded into every thread of the program with NODE_OPTIONS=--import: each asks on CHAOS_PORT what is to befall it. The program itself
// knows nothing of this.
import { connect } from 'node:net'
import { isMainThread, workerData } from 'node:worker_threads'
import { injectFault } from '../helpers/fault-kinds.ts'
import type { FaultKind } from '../helpers/fault-kinds.ts'
import { roleOf } from '../helpers/thread-role.ts'

if (!isMainThread) {
  const socket = connect(Number(process.env['CHAOS_PORT']), '127.0.0.1')
  socket.unref()
  // The chaos has ended before the program.
  socket.on('error', () => socket.destroy())
  socket.write(roleOf(workerData))
  socket.once('data', (kind: Buffer) => injectFault(kind.toString() as FaultKind))
}
