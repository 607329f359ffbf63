import type { Database, Statement } from '../sqlite/database.ts'
import type { Span } from './spans.ts'

/** If nobody said for this long that headcount runs, it did not: the machine was suspended, or the disk was full. In ms. */
const MAX_SILENCE_MS = 15_000

/** A clock that is set back by less than this, in ms, is not noticed: the time stands still until it has caught up. */
export const MAX_SET_BACK_MS = 15_000

/** When headcount ran, and recorded what it polled. */
export class WatchedSpans {
  readonly #insert: Statement
  readonly #extend: Statement
  readonly #selectOverlapping: Statement
  readonly #setSeq: Statement
  readonly #lastSeq: Statement
  #id: number | bigint | null = null
  #end = 0
  /** The time of the first poll since the last flush, in ms since the epoch; Infinity without any. */
  #firstPoll = Infinity
  #latest: number
  /** The latest time before the clock was set back; 0 if it never was. */
  #recordedUntil = 0

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO watched (begin, "end", seq) VALUES (?, ?, ?)')
    this.#extend = db.prepare('UPDATE watched SET "end" = ?, seq = ? WHERE id = ?')
    this.#selectOverlapping = db.prepare(
      'SELECT begin, "end" AS end FROM watched WHERE begin < ? AND "end" > ? ORDER BY begin',
    )
    this.#setSeq = db.prepare('UPDATE watched SET seq = ? WHERE id = (SELECT max(id) FROM watched)')
    this.#lastSeq = db.prepare('SELECT max(seq) AS seq FROM watched')
    this.#latest = Number(db.prepare('SELECT max("end") AS "end" FROM watched').get()?.['end'] ?? 0)
  }

  /** The clock is at this time, in ms since the epoch. */
  see(now: number): void {
    if (now < this.#latest - MAX_SET_BACK_MS) this.#recordedUntil = this.#latest
    else if (now > this.#latest) this.#latest = now
  }

  /** The latest time that the clock has had, now or in an earlier run, in ms since the epoch. */
  get latest(): number {
    return this.#latest
  }

  /** Nothing before this time is recorded or watched, in ms since the epoch: the clock was set back from it. 0: it was not. */
  get recordedUntil(): number {
    return this.#recordedUntil
  }

  /** headcount ran at this time of a poll, in ms since the epoch. */
  polled(at: number): void {
    if (at < this.#firstPoll) this.#firstPoll = at
  }

  /** headcount runs at this time, in ms since the epoch, and flushes for the `seq`th time. A clock that was set starts a new span, once it has passed `recordedUntil`. */
  beat(now: number, seq: number): void {
    const firstPoll = this.#firstPoll
    this.#firstPoll = Infinity
    this.see(now)
    if (now < this.#recordedUntil) {
      // Polls are left out now, so this time would count as what they were before. The number must not go back after a restart.
      this.#id = null
      this.#setSeq.run(seq)
      return
    }
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
