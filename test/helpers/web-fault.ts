// Preloaded into every thread of the program with NODE_OPTIONS=--import: the web thread meets FAULT_KIND when the file FAULT_MARK is
// there, which goes away with it.
import { isMainThread, workerData } from 'node:worker_threads'
import { injectWhenMarked } from './marked-fault.ts'

const isWeb = !isMainThread && (workerData as { requests?: unknown } | null)?.requests !== undefined

if (isWeb) injectWhenMarked()
