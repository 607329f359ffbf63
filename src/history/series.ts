import { addUrlOfBlob } from './block-sums.ts'
import { stepOf } from './duration-code.ts'
import type { OpenBuckets } from './open-buckets.ts'
import { UP } from './poll-batch.ts'
import { BLOCK, localOf, offsetOf, verdictOf, WORDS } from './poll-words.ts'
import { blockOf, BUCKET_MS, keyOf, beginOf, RESOLUTIONS } from './resolutions.ts'
import type { Resolution } from './resolutions.ts'
import { blobOf } from './sqlite.ts'
import type { Database } from './sqlite.ts'
import { UrlSums } from './url-sums.ts'
import type { SumsBucket } from './url-sums.ts'

/** Sums of a URL. */
export interface Series {
  /** Length of each bucket, in ms: what was asked for, or more where nothing finer is kept. */
  readonly step: number
  /** Those with polls, in order. They begin at multiples of `step` since the epoch. */
  readonly buckets: readonly SumsBucket[]
}

/** Reads sums of a URL: those that are written, and polls whose sums are not. */
export class SeriesReader {
  readonly #db: Database
  readonly #open: OpenBuckets

  constructor(db: Database, open: OpenBuckets) {
    this.#db = db
    this.#open = open
  }

  /** Between two times in ms since the epoch, in buckets of `step` ms: at least five minutes. */
  read(url: number, from: number, to: number, step: number): Series {
    const resolution = this.#resolution(from, Math.max(step, BUCKET_MS))
    const length = Math.ceil(Math.max(step, resolution.ms) / resolution.ms) * resolution.ms
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
    this.#addWritten(url, resolution, begin, end, bucketAt)
    this.#addOpen(url, begin, end, bucketAt)
    const buckets = [...sums].toSorted(([a], [b]) => a - b).map(([at, bucket]) => bucket.bucket(at))
    return { step: length, buckets: buckets.filter(({ polls }) => polls > 0) }
  }

  /** The coarsest that is fine enough, else the finest that goes back to `from`. */
  #resolution(from: number, step: number): Resolution {
    const fitting = RESOLUTIONS.findLastIndex(({ ms }) => ms <= step && step % ms === 0)
    const index = Math.max(fitting, 0)
    const all = RESOLUTIONS.slice(index).map((resolution) => ({
      resolution,
      oldest: this.#kept(resolution).oldest,
    }))
    const enough = all.find(
      ({ oldest }, at) =>
        oldest <= from ||
        all
          .slice(at + 1)
          .every(({ oldest: first, resolution }) => first === Infinity || oldest < first + resolution.ms),
    )
    return enough?.resolution ?? RESOLUTIONS[0]
  }

  /** The first and the last bucket that are written; an empty range if there are none. */
  #kept({ table, ms }: Resolution): { oldest: number; newest: number } {
    const row = this.#db
      .prepare(`SELECT (SELECT min(key) FROM ${table}) AS oldest, (SELECT max(key) FROM ${table}) AS newest`)
      .get()
    if (row === undefined || row['oldest'] === null) return { oldest: Infinity, newest: -Infinity }
    return { oldest: beginOf(Number(row['oldest']), ms), newest: beginOf(Number(row['newest']), ms) }
  }

  #addWritten(
    url: number,
    { table, ms }: Resolution,
    from: number,
    to: number,
    bucketAt: (at: number) => UrlSums,
  ): void {
    const get = this.#db.prepare(`SELECT data FROM ${table} WHERE key = ?`)
    const { oldest, newest } = this.#kept({ table, ms })
    for (let at = Math.max(from, oldest); at < to && at <= newest; at += ms) {
      const key = keyOf(at, ms, blockOf(url))
      const row = get.get(key)
      if (row !== undefined) addUrlOfBlob(blobOf(row, 'data'), key, url % BLOCK, bucketAt(at))
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
        if (verdict === UP) bucketAt(time).addUps(stepOf((words[at + 1] as number) >>> 16), 1)
        else bucketAt(time).addOthers(verdict, 1)
      }
    }
  }
}
