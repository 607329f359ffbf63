import { parentPort } from 'node:worker_threads'
import { escapeText } from '../print/text/escape.ts'
import { currentThreadId } from '../runtime/thread-usage.ts'
import type { FileThreadEvent } from './file-thread.ts'

// The side of a FileThread that runs in the thread.

/** A notice is cut at this length, in UTF-16 units. */
const MAX_NOTICE_LENGTH = 500

/**
 * Opens the file of the thread and calls `serve` with it. Main is told when that is done, or why the file cannot be opened. `isRefused`:
 * whether another attempt would fail with this error as well.
 */
export async function runFileThread<Store>(
  open: () => Store | Promise<Store>,
  isRefused: (error: unknown) => boolean,
  serve: (store: Store) => void,
): Promise<void> {
  post({ type: 'started', threadId: currentThreadId() })
  let store: Store
  try {
    store = await open()
  } catch (error) {
    const message = escapeText((error as Error).message, MAX_NOTICE_LENGTH)
    return post({ type: 'openFailed', message, isRefused: isRefused(error) })
  }
  serve(store)
  post({ type: 'opened' })
}

/** Has main write a line to standard error. Text of others in it does nothing to a terminal. */
export function notice(line: string): void {
  post({ type: 'notice', line: escapeText(line, MAX_NOTICE_LENGTH) })
}

/** Ends the thread with an error, once whoever sent the message that led to it has its reply. */
export function endThread(error: Error): void {
  setImmediate(() => {
    throw error
  })
}

function post(event: FileThreadEvent): void {
  parentPort?.postMessage(event)
}
