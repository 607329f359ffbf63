import { setImmediate } from 'node:timers/promises'
import type { Sink } from './printer.ts'

/** Lines that are written before other work of the thread gets a turn. */
const LINES_PER_SLICE = 1_000

/** Writes a line for each item, a slice at a time, so that the thread can do other work between slices. */
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
