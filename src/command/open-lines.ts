import { addAbortSignal } from 'node:stream'
import type { Signals } from '../runtime/signals.ts'
import { inputBytes } from '../targets/input-file.ts'

/** Returns what opens a file, or standard input for -, to be read as a list is, without a limit. At the signal to stop, reading throws an AbortError. */
export function linesOpener(onStop: Signals['onStop']): (file: string) => AsyncIterable<Buffer> {
  return (file) => {
    const stop = new AbortController()
    onStop(() => stop.abort())
    if (file === '-') return addAbortSignal(stop.signal, process.stdin)
    return inputBytes(file, Number.POSITIVE_INFINITY, 'read', stop.signal)
  }
}
