import { formatMegabytes } from '../resource/format-megabytes.ts'
import type { BlobTables } from './blob-tables.ts'
import type { ListedUrls } from './listed-urls.ts'
import { OPEN_END } from './maintenance-book.ts'
import { nextBucketKey } from './resolutions.ts'
import { pragma } from '../sqlite/database.ts'
import type { Database } from '../sqlite/database.ts'
import { TooLarge } from '../sqlite/store-error.ts'

/** The least size of a history, in bytes. */
export const MIN_HISTORY_SIZE = 4 * 1024 * 1024
/** The write-ahead log takes an eighth of the bound, but not more than this, in bytes. */
const MAX_WAL = 16 * 1024 * 1024
/** What each table may keep when room gets short: finer sums do not push coarser ones out, nor these the finer ones. */
const SHARES: readonly (readonly [table: string, share: number])[] = [
  ['polls', 0.15],
  ['sums_5m', 0.25],
  ['sums_1h', 0.3],
  ['sums_1d', 0.2],
]
/** The share of incidents, and of when headcount ran. */
const SHARE_OF_INCIDENTS = 0.1
/** Above this part of the bound, the oldest goes, until it is below the second. */
const HIGH = 0.95
const LOW = 0.9
/** The part of the incidents that go at once. */
const PART_OF_INCIDENTS = 20

/** Keeps the file within its bound, by removing the oldest of the finest that has more than its share. */
export class SizeBound {
  readonly #db: Database
  readonly #tables: BlobTables
  readonly #listed: ListedUrls
  readonly #pageSize: number
  /** In bytes, with the write-ahead log. */
  readonly #limit: number
  /** Most pages of the file. */
  readonly #maxPages: number
  /** What can be removed of incidents and times takes about this; null: it is to be worked out, which reads them all. */
  #incidentBytes: number | null = null

  constructor(db: Database, tables: BlobTables, listed: ListedUrls, limit: number) {
    this.#db = db
    this.#tables = tables
    this.#listed = listed
    this.#pageSize = pragma(db, 'page_size')
    this.#limit = Math.max(limit, MIN_HISTORY_SIZE)
    this.#maxPages = Math.floor((this.#limit - walSize(limit)) / this.#pageSize)
  }

  /**
   * Within a transaction, after what it writes: before, nobody knows how much that takes. Throws a TooLarge if there is too much that cannot be
   * removed.
   */
  enforce(): void {
    if (this.#usedPages() > this.#maxPages * HIGH) this.#makeRoom()
    const tooMany = pragma(this.#db, 'page_count') - this.#maxPages
    if (tooMany > 0) this.#db.exec(`PRAGMA incremental_vacuum(${tooMany})`)
  }

  #makeRoom(): void {
    this.#incidentBytes = null
    while (this.#usedPages() > this.#maxPages * LOW && this.#removeSome());
    const used = this.#usedPages()
    if (used <= this.#maxPages * HIGH) return
    throw new TooLarge(
      `--history-size of ${formatMegabytes(this.#limit, 1)} is too small: URLs, incidents that go on and polls of the last minutes take more than ${formatMegabytes(used * this.#pageSize, 1)}`,
    )
  }

  #usedPages(): number {
    return pragma(this.#db, 'page_count') - pragma(this.#db, 'freelist_count')
  }

  /** Returns false if there is nothing that could go. */
  #removeSome(): boolean {
    const sizes = this.#tables.sizes()
    const limit = this.#maxPages * this.#pageSize * LOW
    const over = (part: number) =>
      SHARES.find(([name, share]) => (sizes.get(name) ?? 0) > part * share * limit)
    const first = over(1)
    if (first !== undefined) return this.#removeBucket(first[0])
    this.#incidentBytes ??= this.#readIncidentBytes()
    if (this.#incidentBytes > SHARE_OF_INCIDENTS * limit && this.#removeIncidents()) return true
    // Pages are not filled to the last byte, and the table of URLs may be large: all blobs get less.
    for (let part = 0.9; part > 0; part -= 0.1) {
      const next = over(part)
      if (next !== undefined) return this.#removeBucket(next[0])
    }
    return this.#removeIncidents() || SHARES.some(([name]) => this.#removeBucket(name))
  }

  /** With their indexes. */
  #readIncidentBytes(): number {
    const row = this.#db
      .prepare(
        `SELECT 125 * (SELECT count(*) FROM incidents) + 25 * (SELECT count(*) FROM watched)
        + 25 * (SELECT count(*) FROM url_spans WHERE "end" IS NOT NULL)
        + (SELECT ifnull(sum(40 + length(urls)), 0) FROM maintenance)
        + (SELECT 60 * count(*) + ifnull(sum(length(seen)), 0) FROM incident_reasons) AS bytes`,
      )
      .get()
    return Number(row?.['bytes'])
  }

  #removeBucket(name: string): boolean {
    const table = this.#tables.all.find((one) => one.name === name)
    const oldest = table?.oldest() ?? null
    if (table === undefined || oldest === null) return false
    table.removeBefore(nextBucketKey(oldest))
    return true
  }

  /**
   * Removes the incidents that ended first, and URLs that left the list before. The time up to then counts as not watched: without its
   * incidents it would count as up.
   */
  #removeIncidents(): boolean {
    const ended = `SELECT "end" FROM incidents WHERE "end" IS NOT NULL UNION ALL SELECT "end" FROM url_spans WHERE "end" IS NOT NULL
      UNION ALL SELECT "end" FROM maintenance WHERE "end" < ${OPEN_END}`
    const count = Number(this.#db.prepare(`SELECT count(*) AS count FROM (${ended})`).get()?.['count'])
    if (count === 0) return false
    this.#incidentBytes = null
    const until = this.#db
      .prepare(`SELECT "end" AS until FROM (${ended}) ORDER BY 1 LIMIT 1 OFFSET ?`)
      .get(Math.floor(count / PART_OF_INCIDENTS))?.['until']
    const time = Number(until)
    for (const sql of REMOVALS) this.#db.prepare(sql).run(time)
    const gone = this.#db.prepare('SELECT id FROM urls WHERE id NOT IN (SELECT url FROM url_spans)').all()
    const remove = this.#db.prepare('DELETE FROM urls WHERE id = ?')
    for (const { id } of gone) if (!this.#listed.has(Number(id))) remove.run(Number(id))
    this.#db.exec('DELETE FROM url_methods WHERE url NOT IN (SELECT id FROM urls)')
    return true
  }
}

/** Of what ended until a time. */
const REMOVALS: readonly string[] = [
  'DELETE FROM incident_reasons WHERE incident IN (SELECT id FROM incidents WHERE "end" <= ?)',
  'DELETE FROM incidents WHERE "end" <= ?',
  'DELETE FROM url_spans WHERE "end" <= ?',
  'DELETE FROM maintenance WHERE "end" <= ?',
  // The last one is still written, and has the number of the last flush.
  'DELETE FROM watched WHERE "end" <= ? AND id < (SELECT max(id) FROM watched)',
  'UPDATE watched SET begin = min(?1, "end") WHERE begin < ?1',
]

/** Bytes of the write-ahead log of a history with a bound. */
export function walSize(limit: number): number {
  return Math.min(MAX_WAL, Math.floor(Math.max(limit, MIN_HISTORY_SIZE) / 8))
}
