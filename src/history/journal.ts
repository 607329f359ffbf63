import { deflate, inflate } from './deflate.ts'
import { DamagedBlob } from '../sqlite/store-error.ts'
import type { OpenBuckets } from './open-buckets.ts'
import { joinWords, packPolls, unpackPolls, WORDS } from './poll-words.ts'
import { BUCKET_MS } from './resolutions.ts'
import { blobOf } from '../sqlite/database.ts'
import type { Database, Statement } from '../sqlite/database.ts'

/**
 * Polls whose sums are not written yet, so that a killed process loses none that was flushed. A row has those of one flush and bucket:
 * which blocks, with how many polls each, and the polls.
 */
export class Journal {
  readonly #db: Database
  readonly #insert: Statement
  readonly #summed: Statement
  readonly #forget: readonly Statement[]
  readonly isKept: boolean

  /** `isKept`: not in memory, which no process finds again. */
  constructor(db: Database, isKept: boolean) {
    this.#db = db
    this.isKept = isKept
    this.#insert = db.prepare('INSERT INTO journal (seq, bucket, blocks, polls) VALUES (?, ?, ?, ?)')
    this.#summed = db.prepare('INSERT OR REPLACE INTO summed (bucket, block, seq) VALUES (?, ?, ?)')
    this.#forget = ['journal', 'summed'].map((table) => db.prepare(`DELETE FROM ${table} WHERE bucket = ?`))
  }

  /** Writes the polls that it does not have. */
  write(open: OpenBuckets, seq: number): void {
    for (const bucket of open.begins()) {
      const runs: number[] = []
      const parts: Uint32Array[] = []
      for (const { block, log } of open.blocks(bucket)) {
        if (!log.hasNew) continue
        const polls = log.takeNew()
        runs.push(block, polls.length / WORDS)
        parts.push(polls)
      }
      if (parts.length === 0 || !this.isKept) continue
      const key = rowKey(seq, bucket)
      const blocks = deflate(new Uint8Array(Uint32Array.from(runs).buffer), key)
      this.#insert.run(seq, bucket, blocks, packPolls(joinWords(parts), key))
    }
  }

  /** The sums of a block have all polls up to and with `seq`. */
  markSummed(bucket: number, block: number, seq: number): void {
    this.#summed.run(bucket, block, seq)
  }

  /** All sums of a bucket are written. */
  forget(bucket: number): void {
    for (const statement of this.#forget) statement.run(bucket)
  }

  /** Visits the polls whose sums are not written. Throws if they are damaged. */
  replay(visit: (bucket: number, block: number, words: Uint32Array, seq: number) => void): void {
    const summed = new Map<string, number>()
    for (const { bucket, block, seq } of this.#db.prepare('SELECT bucket, block, seq FROM summed').iterate())
      summed.set(`${Number(bucket)} ${Number(block)}`, Number(seq))
    for (const row of this.#db
      .prepare('SELECT seq, bucket, blocks, polls FROM journal ORDER BY id')
      .iterate()) {
      const [seq, bucket] = [Number(row['seq']), Number(row['bucket'])]
      const key = rowKey(seq, bucket)
      const words = unpackPolls(blobOf(row, 'polls'), key)
      const runs = new Uint32Array(Uint8Array.from(inflate(blobOf(row, 'blocks'), key)).buffer)
      let from = 0
      for (let run = 0; run < runs.length; run += 2) {
        const block = runs[run] as number
        const to = from + (runs[run + 1] as number) * WORDS
        if (to > words.length) throw new DamagedBlob('a row of the journal has fewer polls than it says')
        if (seq > (summed.get(`${bucket} ${block}`) ?? -1))
          visit(bucket, block, words.subarray(from, to), seq)
        from = to
      }
    }
  }
}

/** What the blobs of a row hold of it, so that a damaged row is known. Enough for a flush every two seconds for 34 years. */
const rowKey = (seq: number, bucket: number): number => seq * 2 ** 24 + bucket / BUCKET_MS
