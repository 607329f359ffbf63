import { setImmediate } from 'node:timers/promises'
import type { Sink } from './printer.ts'

/** Lines that are printed before States are taken in again. */
const LINES_PER_SLICE = 1_000

/** Writes a line for each of `items`, a slice at a time, with room between slices for what else the thread has to do. */
export async function writeInSlices<T>(
  items: Iterable<T>,
  line: (item: T) => string,
  out: Sink,
): Promise<void> {
  let lines: string[] = []
  for (const item of items) {
    lines.push(line(item))
    if (lines.length < LINES_PER_SLICE) continue
    out.write(lines.join(''))
    lines = []
    await setImmediate()
  }
  if (lines.length > 0) out.write(lines.join(''))
}
