// Preloaded into every thread of the program with NODE_OPTIONS=--import: a thread meets FAULT_KIND when the file FAULT_MARK-ROLE is there,
// which goes away with it. ROLE: poller, monitor, web, recorder, alerter or cluster.
import { existsSync, rmSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'
import { injectFault } from './fault-kinds.ts'
import type { FaultKind } from './fault-kinds.ts'
import { roleOf } from './thread-role.ts'

if (!isMainThread) {
  const mark = `${process.env['FAULT_MARK']}-${roleOf(workerData)}`
  setInterval(() => {
    if (!existsSync(mark)) return
    rmSync(mark)
    injectFault(process.env['FAULT_KIND'] as FaultKind)
  }, 20).unref()
}
