// Preloaded into every thread of the program with NODE_OPTIONS=--import. As long as the file FAULT_MARK-main is there, main stands still,
// from when it has begun to start threads. As long as FAULT_MARK-poller is there, pollers end, and others do not come to start.
import { existsSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'
import { roleOf } from './thread-role.ts'

const CHECK_MS = 20

function standStill(mark: string): void {
  const never = new Int32Array(new SharedArrayBuffer(4))
  while (existsSync(mark)) Atomics.wait(never, 0, 0, CHECK_MS)
}

const markOf = (role: string) => `${process.env['FAULT_MARK']}-${role}`

if (isMainThread) {
  process.once('worker', () => setInterval(() => standStill(markOf('main')), CHECK_MS).unref())
} else if (roleOf(workerData) === 'poller') {
  standStill(markOf('poller'))
  setInterval(() => existsSync(markOf('poller')) && process.exit(7), CHECK_MS).unref()
}
