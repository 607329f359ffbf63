import type { BlobTable, BlobTables } from './blob-tables.ts'
import { addUrlOfBlob } from './block-sums.ts'
import { stepOf } from './duration-code.ts'
import type { OpenBuckets } from './open-buckets.ts'
import { UP } from './poll-batch.ts'
import { BLOCK, durationOf, localOf, offsetOf, verdictOf, WORDS } from './poll-words.ts'
import { blockOf, BUCKET_MS, keyOf } from './resolutions.ts'
import { UrlSums } from './url-sums.ts'
import type { SumsBucket } from './url-sums.ts'

/** Most rows of sums that one reading looks for, so that it does not take long: some 0.5 s. Enough for 1,000 buckets of less than an hour. */
const MAX_ROWS = 12_000

/** Sums of a URL. */
export interface Series {
  /** Length of each bucket, in ms: what was asked for, or more where nothing finer is kept, or it would be read from too many rows. */
  readonly step: number
  /** Those with polls, in order. They begin at multiples of `step` since the epoch. */
  readonly buckets: readonly SumsBucket[]
}

/** Reads sums of a URL: those that are written, and polls whose sums are not. */
export class SeriesReader {
  readonly #tables: readonly BlobTable[]
  readonly #open: OpenBuckets

  constructor({ sums }: BlobTables, open: OpenBuckets) {
    this.#tables = sums
    this.#open = open
  }

  /** Between two times in ms since the epoch, in buckets of `step` ms: at least five minutes. */
  read(url: number, from: number, to: number, step: number): Series {
    const table = this.#tableFor(from, to, Math.max(step, BUCKET_MS))
    const length = Math.ceil(Math.max(step, table.ms) / table.ms) * table.ms
    const sums = new Map<number, UrlSums>()
    const bucketAt = (at: number): UrlSums => {
      const begin = at - (at % length)
      let bucket = sums.get(begin)
      if (bucket === undefined) sums.set(begin, (bucket = new UrlSums()))
      return bucket
    }
    // Whole buckets: those that the time touches.
    const begin = from - (from % length)
    const end = Math.ceil(to / length) * length
    this.#addWritten(url, table, begin, end, bucketAt)
    this.#addOpen(url, begin, end, bucketAt)
    const buckets = [...sums].toSorted(([a], [b]) => a - b).map(([at, bucket]) => bucket.bucket(at))
    return { step: length, buckets: buckets.filter(({ polls }) => polls > 0) }
  }

  /** The coarsest that is fine enough and has not too many rows, else the finest that goes back to `from`. */
  #tableFor(from: number, to: number, step: number): BlobTable {
    const fitting = this.#tables.findLastIndex(({ ms }) => ms <= step && step % ms === 0)
    const finest = this.#tables.findIndex((table, at) => at >= fitting && rowsOf(table, from, to) <= MAX_ROWS)
    const all = this.#tables.slice(finest).map((table) => ({
      table,
      oldest: table.kept().oldest,
    }))
    const enough = all.find(
      ({ oldest }, at) =>
        oldest <= from ||
        all
          .slice(at + 1)
          .every(({ oldest: first, table }) => first === Infinity || oldest < first + table.ms),
    )
    return enough?.table ?? (this.#tables[0] as BlobTable)
  }

  #addWritten(
    url: number,
    table: BlobTable,
    from: number,
    to: number,
    bucketAt: (at: number) => UrlSums,
  ): void {
    const { oldest, newest } = table.kept()
    for (let at = Math.max(from, oldest); at < to && at <= newest; at += table.ms) {
      const key = keyOf(at, table.ms, blockOf(url))
      const blob = table.get(key)
      if (blob !== null) addUrlOfBlob(blob, key, url % BLOCK, bucketAt(at))
    }
  }

  #addOpen(url: number, from: number, to: number, bucketAt: (at: number) => UrlSums): void {
    const local = url % BLOCK
    for (const begin of this.#open.begins()) {
      const words = this.#open.find(begin, blockOf(url))?.words() ?? new Uint32Array()
      for (let at = 0; at < words.length; at += WORDS) {
        const place = words[at] as number
        const time = begin + offsetOf(place)
        if (localOf(place) !== local || time < from || time >= to) continue
        const verdict = verdictOf(place)
        if (verdict === UP) bucketAt(time).addUps(stepOf(durationOf(words[at + 1] as number)), 1)
        else bucketAt(time).addOthers(verdict, 1)
      }
    }
  }
}

/** How many rows of a block there may be between two times. */
function rowsOf(table: BlobTable, from: number, to: number): number {
  const { oldest, newest } = table.kept()
  return (Math.min(to, newest + table.ms) - Math.max(from, oldest)) / table.ms
}
