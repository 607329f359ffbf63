// Preloaded into every thread of the program with NODE_OPTIONS=--import: the monitor meets its end when FAULT_MARK is there,
// once; with FAULT_ALWAYS, so does each that takes its place, before it can be started, while the mark is
// there; with FAULT_HOLD each that takes its place does not start while the mark is there. FAULT_MARK-failed tells that one has.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const { FAULT_MARK, FAULT_ALWAYS, FAULT_HOLD } = process.env
const mark = String(FAULT_MARK)
const { options } = (workerData ?? {}) as { options?: { format?: string } }

if (options?.format === 'table') {
  if (FAULT_HOLD !== undefined) holdWhileMarked()
  else if (existsSync(mark)) fail()
  setInterval(() => {
    if (existsSync(mark)) fail()
  }, 20)
}

function holdWhileMarked(): void {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  while (existsSync(mark)) Atomics.wait(cell, 0, 0, 20)
}

function fail(): void {
  writeFileSync(`${mark}-failed`, '')
  if (FAULT_ALWAYS === undefined && FAULT_HOLD === undefined) rmSync(mark)
  throw new Error('thrown late')
}
