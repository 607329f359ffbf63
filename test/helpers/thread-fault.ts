// Preloaded into every thread of the program with NODE_OPTIONS=--import: a thread meets FAULT_KIND when the file FAULT_MARK-ROLE is there,
// which goes away with it. ROLE: poller, monitor, web, recorder or alerter.
import { existsSync, rmSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'
import { injectFault } from './fault-kinds.ts'
import type { FaultKind } from './fault-kinds.ts'

/** What only the thread of a role is started with. */
const ROLES = [
  ['control', 'monitor'],
  ['requests', 'web'],
  ['commands', 'recorder'],
  ['alerts', 'alerter'],
] as const

if (!isMainThread) {
  const data = (workerData ?? {}) as Record<string, unknown>
  const role = ROLES.find(([key]) => data[key] !== undefined)?.[1] ?? 'poller'
  const mark = `${process.env['FAULT_MARK']}-${role}`
  setInterval(() => {
    if (!existsSync(mark)) return
    rmSync(mark)
    injectFault(process.env['FAULT_KIND'] as FaultKind)
  }, 20).unref()
}
