import { BlockSums } from './block-sums.ts'
import type { IncidentBook } from './incident-book.ts'
import type { Journal } from './journal.ts'
import type { OpenBlock, OpenBuckets } from './open-buckets.ts'
import { packPolls, sortPolls, unpackPolls } from './poll-words.ts'
import { BUCKET_MS, keyOf, RESOLUTIONS } from './resolutions.ts'
import { blobOf } from './sqlite.ts'
import type { Database, Statement } from './sqlite.ts'

/** A bucket is summed this long after its end, so that polls on their way still come into it, in ms. */
const GRACE_MS = 10_000

/** Blocks whose sums one flush writes, so that none takes long. A million URLs are done after ten flushes. */
const BLOCKS_PER_FLUSH = 100

/** A table of blobs. */
interface BlobTable {
  readonly ms: number
  readonly get: Statement
  readonly put: Statement
}

/** Writes the sums of buckets that are over, and their polls in the order of URLs. What is there already is added to. */
export class Summing {
  readonly #journal: Journal
  readonly #incidents: IncidentBook
  readonly #tables: readonly BlobTable[]
  readonly #polls: BlobTable
  readonly #sums = new BlockSums()
  /** Bytes written since somebody asked. */
  written = 0

  constructor(db: Database, journal: Journal, incidents: IncidentBook) {
    this.#journal = journal
    this.#incidents = incidents
    this.#tables = RESOLUTIONS.map(({ table, ms }) => blobTable(db, table, ms))
    this.#polls = blobTable(db, 'polls', BUCKET_MS)
  }

  /** Writes the sums of some blocks. The journal has their polls up to and with `seq`. */
  sum(open: OpenBuckets, now: number, seq: number): void {
    let left = BLOCKS_PER_FLUSH
    for (const bucket of open.begins()) {
      if (bucket + BUCKET_MS + GRACE_MS > now) continue
      for (const block of open.blocks(bucket)) {
        if (left-- === 0) return
        this.#sumBlock(block, seq)
        open.remove(block)
      }
      if (open.isDone(bucket)) this.#journal.forget(bucket)
    }
  }

  #sumBlock({ bucket, block, log }: OpenBlock, seq: number): void {
    const words = sortPolls(log.words())
    for (const table of this.#tables) {
      const key = keyOf(bucket, table.ms, block)
      const before = table.get.get(key)
      this.#sums.clear()
      if (before !== undefined) this.#sums.addBlob(blobOf(before, 'data'))
      this.#sums.addPolls(words)
      this.#put(table, key, this.#sums.toBlob())
    }
    this.#putPolls(keyOf(bucket, BUCKET_MS, block), words)
    this.#incidents.writeBlock(block, seq)
    this.#journal.markSummed(bucket, block, seq)
  }

  #putPolls(key: number, words: Uint32Array): void {
    const before = this.#polls.get.get(key)
    const all = before === undefined ? words : sortPolls(concat(unpackPolls(blobOf(before, 'data')), words))
    this.#put(this.#polls, key, packPolls(all))
  }

  #put({ put }: BlobTable, key: number, blob: Uint8Array): void {
    put.run(key, blob)
    this.written += blob.length
  }
}

function blobTable(db: Database, table: string, ms: number): BlobTable {
  return {
    ms,
    get: db.prepare(`SELECT data FROM ${table} WHERE key = ?`),
    put: db.prepare(`INSERT OR REPLACE INTO ${table} (key, data) VALUES (?, ?)`),
  }
}

function concat(one: Uint32Array, other: Uint32Array): Uint32Array {
  const both = new Uint32Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
