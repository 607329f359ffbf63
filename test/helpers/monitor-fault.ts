// Preloaded into every thread of the program with NODE_OPTIONS=--import: the monitor meets its end when FAULT_MARK is there.
import { existsSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const { FAULT_MARK } = process.env
const { options } = (workerData ?? {}) as { options?: { format?: string } }

if (options?.format === 'table') {
  setInterval(() => {
    if (existsSync(FAULT_MARK as string)) throw new Error('thrown late')
  }, 20)
}
