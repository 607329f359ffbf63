import { blobOf } from '../sqlite/database.ts'
import type { Database, Statement } from '../sqlite/database.ts'
import { hasBit } from './maintenance-urls.ts'
import { blockOf } from './resolutions.ts'
import { joined, spanOf } from './spans.ts'
import type { Span } from './spans.ts'

/** Reads when URLs were in maintenance. */
export class MaintenanceReader {
  readonly #overlapping: Statement

  constructor(db: Database) {
    this.#overlapping = db.prepare(
      'SELECT begin, "end" AS end, urls FROM maintenance WHERE block = ? AND "end" > ? AND begin < ? ORDER BY begin',
    )
  }

  /** The times that touch one in ms since the epoch, in order, without overlaps. */
  read(url: number, from: number, to: number): Span[] {
    return joined(this.#spans(url, from, to))
  }

  /** Whether a URL was in maintenance at a time in ms since the epoch. */
  covers(url: number, at: number): boolean {
    return !(this.#spans(url, at, at + 1).next().done ?? false)
  }

  *#spans(url: number, from: number, to: number): Generator<Span> {
    for (const row of this.#overlapping.iterate(blockOf(url), from, to))
      if (hasBit(blobOf(row, 'urls'), url)) yield spanOf(row)
  }
}
