import type { Database, Statement } from '../sqlite/database.ts'
import type { MaintenanceUrls } from './maintenance-urls.ts'
import type { WatchedSpans } from './watched-spans.ts'

/** The end of what goes on: the last time that there is. */
export const OPEN_END = 8_640_000_000_000_000

/** Writes which URLs are in maintenance, whenever that changes. Statements run within the transaction of a flush. */
export class MaintenanceBook {
  readonly #urls: MaintenanceUrls
  readonly #watched: WatchedSpans
  readonly #removeEmpty: Statement
  readonly #endAll: Statement
  readonly #end: Statement
  readonly #remove: Statement
  readonly #insert: Statement
  /** Nothing is written that began before, in ms since the epoch. */
  #latest: number
  #hasBegun = false
  /** When what goes on has begun, by block. */
  readonly #begins = new Map<number, number>()

  /** `urls`: those that are in maintenance now. `watched`: until when the file was written, so far. */
  constructor(db: Database, urls: MaintenanceUrls, watched: WatchedSpans) {
    this.#urls = urls
    this.#watched = watched
    this.#latest = watched.latest
    this.#removeEmpty = db.prepare(`DELETE FROM maintenance WHERE "end" = ${OPEN_END} AND begin >= ?`)
    this.#endAll = db.prepare(`UPDATE maintenance SET "end" = ? WHERE "end" = ${OPEN_END}`)
    this.#end = db.prepare(`UPDATE maintenance SET "end" = ? WHERE block = ? AND "end" = ${OPEN_END}`)
    this.#remove = db.prepare(`DELETE FROM maintenance WHERE block = ? AND "end" = ${OPEN_END}`)
    this.#insert = db.prepare(
      `INSERT INTO maintenance (block, begin, "end", urls) VALUES (?, ?, ${OPEN_END}, ?)`,
    )
  }

  /**
   * Before the first writing: what an earlier run has left open ended when it was last written, as far as anybody knows, and what is so now
   * began then: the time in between is not watched.
   */
  begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    this.#removeEmpty.run(this.#latest)
    this.#endAll.run(this.#latest)
    for (const block of this.#urls.blocks()) this.#beginBlock(block)
  }

  /** The URLs of these blocks that are in maintenance are others since a time in ms since the epoch. */
  change(blocks: Iterable<number>, at: number): void {
    this.#latest = Math.max(this.#latest, this.#watched.recordedUntil, Math.round(at))
    for (const block of blocks) {
      const begin = this.#begins.get(block)
      if (begin === this.#latest) this.#remove.run(block)
      else if (begin !== undefined) this.#end.run(this.#latest, block)
      this.#begins.delete(block)
      this.#beginBlock(block)
    }
  }

  #beginBlock(block: number): void {
    const bits = this.#urls.bits(block)
    if (bits === null) return
    this.#insert.run(block, this.#latest, bits)
    this.#begins.set(block, this.#latest)
  }
}
