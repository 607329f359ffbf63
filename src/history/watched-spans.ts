import type { Database, Statement } from '../sqlite/database.ts'

/** A time, in ms since the epoch; `end` is not part of it. */
export interface Span {
  readonly begin: number
  readonly end: number
}

/** If nobody said for this long that headcount runs, it did not: the machine was suspended, or the disk was full. In ms. */
const MAX_SILENCE_MS = 15_000

/** When headcount ran. */
export class WatchedSpans {
  readonly #insert: Statement
  readonly #extend: Statement
  readonly #selectOverlapping: Statement
  readonly #lastSeq: Statement
  readonly #lastEnd: Statement
  #id: number | bigint | null = null
  #end = 0
  /** The time of the first poll since the last flush, in ms since the epoch; Infinity without any. */
  #firstPoll = Infinity

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO watched (begin, "end", seq) VALUES (?, ?, ?)')
    this.#extend = db.prepare('UPDATE watched SET "end" = ?, seq = ? WHERE id = ?')
    this.#selectOverlapping = db.prepare(
      'SELECT begin, "end" AS end FROM watched WHERE begin < ? AND "end" > ? ORDER BY begin',
    )
    this.#lastSeq = db.prepare('SELECT max(seq) AS seq FROM watched')
    this.#lastEnd = db.prepare('SELECT max("end") AS "end" FROM watched')
  }

  /** headcount ran at this time of a poll, in ms since the epoch. */
  polled(at: number): void {
    if (at < this.#firstPoll) this.#firstPoll = at
  }

  /** headcount runs at this time, in ms since the epoch, and flushes for the `seq`th time. A clock that was set starts a new span. */
  beat(now: number, seq: number): void {
    const firstPoll = this.#firstPoll
    this.#firstPoll = Infinity
    if (this.#id === null || Math.abs(now - this.#end) > MAX_SILENCE_MS) {
      // Polls may have waited to be written while the machine was suspended.
      const begin = Math.min(now, Math.max(firstPoll, now - MAX_SILENCE_MS))
      this.#id = this.#insert.run(begin, now, seq).lastInsertRowid
      this.#end = now
      return
    }
    this.#end = Math.max(now, this.#end)
    this.#extend.run(this.#end, seq, this.#id)
  }

  /** The number of the last flush; 0 before the first. */
  lastSeq(): number {
    return Number(this.#lastSeq.get()?.['seq'] ?? 0)
  }

  /** When headcount ran last, in ms since the epoch; 0: never. */
  lastEnd(): number {
    return Number(this.#lastEnd.get()?.['end'] ?? 0)
  }

  /** Spans within a time, in order, without overlaps. */
  overlapping({ begin, end }: Span): Span[] {
    const spans: Span[] = []
    for (const row of this.#selectOverlapping.iterate(end, begin)) {
      const from = Math.max(Number(row['begin']), begin, spans.at(-1)?.end ?? begin)
      const to = Math.min(Number(row['end']), end)
      if (from < to) spans.push({ begin: from, end: to })
    }
    return spans
  }
}
