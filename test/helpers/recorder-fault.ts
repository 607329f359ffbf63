// Preloaded into every thread of the program with NODE_OPTIONS=--import: the recorder thread meets FAULT_KIND when the file FAULT_MARK is
// there, which goes away with it.
import { isMainThread, workerData } from 'node:worker_threads'
import { injectWhenMarked } from './marked-fault.ts'

const isRecorder = !isMainThread && (workerData as { commands?: unknown } | null)?.commands !== undefined

if (isRecorder) injectWhenMarked()
