import { LineError } from './line-fields.ts'
import type { LineFields } from './line-fields.ts'

/** A time of a line, in ms since the epoch; `end` is null if it goes on. */
export interface LineSpan {
  readonly begin: number
  readonly end: number | null
}

/** The times of a line. Throws a LineError if it ends before it begins. */
export function spanOfLine(line: LineFields): LineSpan {
  const span = { begin: line.time('begin'), end: line.timeOrNull('end') }
  if (span.end !== null && span.end < span.begin) throw new LineError('end is before begin')
  return span
}

/** The times of each URL: they come in order, from the first or from the last on, without overlaps. Bounded by the URLs. */
export class SpansInOrder {
  /** From the begin of the first to the end of the last. */
  readonly #all = new Map<number, { readonly begin: number; readonly end: number }>()

  /** Throws a LineError for a time that overlaps others of its URL. */
  add(url: number, span: LineSpan): void {
    const { begin, end } = { begin: span.begin, end: span.end ?? Infinity }
    const all = this.#all.get(url) ?? { begin: Infinity, end: 0 }
    if (begin < all.end && end > all.begin) throw new LineError('it overlaps another one of the same URL')
    this.#all.set(url, { begin: Math.min(begin, all.begin), end: Math.max(end, all.end) })
  }

  /** Whether one of the URL goes on. */
  isOpen(url: number): boolean {
    return this.#all.get(url)?.end === Infinity
  }
}
