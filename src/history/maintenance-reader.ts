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
    const rows = this.#overlapping.all(blockOf(url), from, to)
    return joined(rows.filter((row) => hasBit(blobOf(row, 'urls'), url)).map(spanOf))
  }

  /** Whether a URL was in maintenance at a time in ms since the epoch. */
  covers(url: number, at: number): boolean {
    return this.read(url, at, at + 1).length > 0
  }
}
