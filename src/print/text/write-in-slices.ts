import { setImmediate } from 'node:timers/promises'
import type { Sink } from './printer.ts'

/** Lines that are written before other work of the thread gets a turn. */
const LINES_PER_SLICE = 1_000

/** Characters after which a slice ends, so that it is far below what may wait for a reader. */
const MAX_SLICE = 1024 * 1024

/**
 * Writes a line for each item, a slice at a time, so that the thread can do other work between slices. `waits`: each slice waits until the
 * one before is out, so that a slow reader misses nothing.
 */
export async function writeInSlices<T>(
  items: Iterable<T>,
  line: (item: T) => string,
  out: Sink,
  waits: boolean,
): Promise<void> {
  let lines: string[] = []
  let length = 0
  for (const item of items) {
    const text = line(item)
    lines.push(text)
    length += text.length
    if (lines.length < LINES_PER_SLICE && length < MAX_SLICE) continue
    out.write(lines.join(''))
    lines = []
    length = 0
    await setImmediate()
    if (waits) await out.flush(null)
  }
  if (lines.length > 0) out.write(lines.join(''))
}
