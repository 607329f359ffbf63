import { existsSync, rmSync } from 'node:fs'
import { injectFault } from './fault-kinds.ts'
import type { FaultKind } from './fault-kinds.ts'

/** Lets the thread that calls meet FAULT_KIND when the file FAULT_MARK is there, which goes away with it. */
export function injectWhenMarked(): void {
  const { FAULT_MARK, FAULT_KIND } = process.env
  const mark = String(FAULT_MARK)
  setInterval(() => {
    if (!existsSync(mark)) return
    rmSync(mark)
    injectFault(FAULT_KIND as FaultKind)
  }, 20)
}
