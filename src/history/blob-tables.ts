import { beginOf, BUCKET_MS, RESOLUTIONS } from './resolutions.ts'
import { blobOf } from '../sqlite/database.ts'
import type { Database, Statement } from '../sqlite/database.ts'

/** A table of blobs: polls, or sums at a resolution. */
export class BlobTable {
  readonly name: string
  /** Length of a bucket, in ms. */
  readonly ms: number
  readonly #get: Statement
  readonly #put: Statement
  readonly #oldest: Statement
  readonly #kept: Statement
  readonly #sizes: Statement
  readonly #remove: Statement
  readonly #size: Statement
  readonly #all: Statement

  constructor(db: Database, name: string, ms: number) {
    this.name = name
    this.ms = ms
    this.#get = db.prepare(`SELECT data FROM ${name} WHERE key = ?`)
    this.#put = db.prepare(`INSERT OR REPLACE INTO ${name} (key, data) VALUES (?, ?)`)
    this.#oldest = db.prepare(`SELECT min(key) AS key FROM ${name}`)
    // Two of them in one SELECT would read the whole table.
    this.#kept = db.prepare(
      `SELECT (SELECT min(key) FROM ${name}) AS oldest, (SELECT max(key) FROM ${name}) AS newest`,
    )
    this.#sizes = db.prepare(`SELECT ifnull(sum(length(data)), 0) AS bytes FROM ${name} WHERE key < ?`)
    this.#remove = db.prepare(`DELETE FROM ${name} WHERE key < ?`)
    this.#all = db.prepare(`SELECT key, data FROM ${name} ORDER BY key`)
    this.#size = db.prepare('UPDATE sizes SET bytes = bytes + ? WHERE name = ?')
  }

  get(key: number): Uint8Array | null {
    const row = this.#get.get(key)
    return row === undefined ? null : blobOf(row, 'data')
  }

  /** Keys and blobs, in order. */
  *all(): Generator<[key: number, blob: Uint8Array]> {
    for (const row of this.#all.iterate()) yield [Number(row['key']), blobOf(row, 'data')]
  }

  /** `before`: the length of what it replaces. */
  put(key: number, blob: Uint8Array, before: number): void {
    this.#put.run(key, blob)
    this.#size.run(blob.length - before, this.name)
  }

  /** The lowest key; null if there is none. */
  oldest(): number | null {
    const key = this.#oldest.get()?.['key']
    return key === null || key === undefined ? null : Number(key)
  }

  /** When the first and the last bucket begin, in ms since the epoch; an empty range if there are none. */
  kept(): { oldest: number; newest: number } {
    const row = this.#kept.get()
    if (row === undefined || row['oldest'] === null) return { oldest: Infinity, newest: -Infinity }
    return {
      oldest: beginOf(Number(row['oldest']), this.ms),
      newest: beginOf(Number(row['newest']), this.ms),
    }
  }

  /** Removes what has a lower key. */
  removeBefore(key: number): void {
    const bytes = Number(this.#sizes.get(key)?.['bytes'])
    this.#remove.run(key)
    this.#size.run(-bytes, this.name)
  }
}

/** The tables of blobs, the finest first: polls, then sums. */
export class BlobTables {
  readonly polls: BlobTable
  readonly sums: readonly BlobTable[]
  readonly #sizes: Statement

  constructor(db: Database) {
    this.polls = new BlobTable(db, 'polls', BUCKET_MS)
    this.sums = RESOLUTIONS.map(({ table, ms }) => new BlobTable(db, table, ms))
    this.#sizes = db.prepare('SELECT name, bytes FROM sizes')
  }

  get all(): readonly BlobTable[] {
    return [this.polls, ...this.sums]
  }

  /** Bytes of the blobs of each table, by name. */
  sizes(): Map<string, number> {
    return new Map(this.#sizes.all().map(({ name, bytes }) => [String(name), Number(bytes)]))
  }
}
