import { OPEN_END } from '../maintenance-book.ts'
import { MaintenanceUrls, urlsOf } from '../maintenance-urls.ts'
import { blobOf } from '../../sqlite/database.ts'
import type { Database, Statement } from '../../sqlite/database.ts'
import type { LineSpan } from './line-spans.ts'

/** Writes when URLs were in maintenance, in any order. URLs of an export may be in other blocks here. */
export class MaintenanceWriter {
  readonly #find: Statement
  readonly #put: Statement

  constructor(db: Database) {
    this.#find = db.prepare('SELECT urls FROM maintenance WHERE block = ? AND begin = ? AND "end" = ?')
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO maintenance (block, begin, "end", urls) VALUES (?, ?, ?, ?)',
    )
  }

  add({ begin, end }: LineSpan, ids: readonly number[]): void {
    const urls = new MaintenanceUrls()
    for (const id of ids) urls.set(id, true)
    for (const block of urls.blocks()) {
      const time = [begin, end ?? OPEN_END] as const
      const row = this.#find.get(block, ...time)
      if (row !== undefined) for (const id of urlsOf(blobOf(row, 'urls'), block)) urls.set(id, true)
      this.#put.run(block, ...time, urls.bits(block))
    }
  }
}
