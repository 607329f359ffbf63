import type { Worker } from 'node:worker_threads'
import { withTimeout } from '../runtime/with-timeout.ts'

/** A terminated thread that has not ended after this long hangs in a system call and is given up, in ms. */
const EXIT_TIMEOUT_MS = 1_000

/** A thread took too long to start. The message is a sentence for people. */
export class NotReadyError extends Error {}

/** Calls `exited` when the thread has ended, with an Error that names it and says why, if that is known. `name`: as a sentence begins. */
export function onWorkerExit(worker: Worker, name: string, exited: (error: Error) => void): void {
  let cause: unknown
  worker.on('error', (error) => (cause = error))
  worker.once('exit', () => {
    const reason = cause instanceof Error ? `: ${cause.message}` : ''
    exited(new Error(`${name} ended${reason}`, { cause }))
  })
}

/** Ends a thread, even when it hangs. Resolves when it has ended or is given up. */
export async function terminateWorker(worker: Worker): Promise<void> {
  await withTimeout(worker.terminate(), EXIT_TIMEOUT_MS)
}

/**
 * Resolves with the result of `ready`, which says that a thread has started. When it rejects, ends the thread and rejects; also when it takes
 * longer than `timeoutMs`, with a NotReadyError. `name`: as a sentence begins.
 */
export async function awaitStart<T>(
  ready: Promise<T>,
  timeoutMs: number,
  name: string,
  end: () => Promise<void>,
): Promise<T> {
  try {
    if (await withTimeout(ready, timeoutMs)) return await ready
  } catch (error) {
    await end()
    throw error
  }
  ready.catch(() => {}) // Reported below.
  await end()
  throw new NotReadyError(`${name} was not ready in ${timeoutMs / 1000} s; is the machine too busy?`)
}
