// Preloaded into every thread of the program with NODE_OPTIONS=--import: the recorder thread meets FAULT_KIND when the file FAULT_MARK is
// there, which goes away with it.
import { existsSync, rmSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'
import { injectFault } from './fault-kinds.ts'
import type { FaultKind } from './fault-kinds.ts'

const { FAULT_MARK, FAULT_KIND } = process.env
const mark = String(FAULT_MARK)
const isRecorder = !isMainThread && (workerData as { commands?: unknown } | null)?.commands !== undefined

if (isRecorder)
  setInterval(() => {
    if (!existsSync(mark)) return
    rmSync(mark)
    injectFault(FAULT_KIND as FaultKind)
  }, 20)
