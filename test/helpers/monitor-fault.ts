// Preloaded into every thread of the program with NODE_OPTIONS=--import: the monitor meets its end when FAULT_MARK is there,
// once; with FAULT_ALWAYS, so does each that takes its place, before it can be started, while the mark is
// there. FAULT_MARK-failed tells that one has.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const { FAULT_MARK, FAULT_ALWAYS } = process.env
const mark = String(FAULT_MARK)
const { options } = (workerData ?? {}) as { options?: { format?: string } }

if (options?.format === 'table') {
  if (existsSync(mark)) fail()
  setInterval(() => {
    if (existsSync(mark)) fail()
  }, 20)
}

function fail(): void {
  writeFileSync(`${mark}-failed`, '')
  if (FAULT_ALWAYS === undefined) rmSync(mark)
  throw new Error('thrown late')
}
