import { BLOCK } from './poll-words.ts'

/** A resolution at which sums are kept. */
export interface Resolution {
  readonly table: 'sums_5m' | 'sums_1h' | 'sums_1d'
  /** Length of a bucket, in ms. Buckets begin at multiples of it since the epoch, so days are those of UTC. */
  readonly ms: number
}

/** Length of the shortest bucket, in ms. */
export const BUCKET_MS = 300_000

/** The finest first. */
export const RESOLUTIONS: readonly [Resolution, ...Resolution[]] = [
  { table: 'sums_5m', ms: BUCKET_MS },
  { table: 'sums_1h', ms: 3_600_000 },
  { table: 'sums_1d', ms: 86_400_000 },
]

/** Blocks in a key: enough for a thousand million ids. */
const BLOCKS = 2 ** 20

export const blockOf = (url: number): number => Math.floor(url / BLOCK)

/** The key of a blob of sums or polls. */
export const keyOf = (at: number, bucketMs: number, block: number): number =>
  Math.floor(at / bucketMs) * BLOCKS + block

/** The block of a key. */
export const blockOfKey = (key: number): number => key % BLOCKS

/** The first key of the bucket after that of a key. */
export const nextBucketKey = (key: number): number => (Math.floor(key / BLOCKS) + 1) * BLOCKS

/** When the bucket of a key begins, in ms since the epoch. */
export const beginOf = (key: number, bucketMs: number): number => Math.floor(key / BLOCKS) * bucketMs
