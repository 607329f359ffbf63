import { PollLog } from './poll-log.ts'
import { BUCKET_MS } from './resolutions.ts'

/** A block of URLs in a bucket of five minutes. */
export interface OpenBlock {
  /** When the bucket begins, in ms since the epoch. */
  readonly bucket: number
  readonly block: number
  readonly log: PollLog
}

/** The polls whose sums are not written yet. Buckets that are over are written at the next flushes, so there are two or three. */
export class OpenBuckets {
  readonly #buckets = new Map<number, Map<number, PollLog>>()
  /** Polls of blocks that were removed since the last commit. */
  #removed = 0

  /** Polls in all of them, and in those that were removed since the last commit. */
  get polls(): number {
    let polls = this.#removed
    for (const blocks of this.#buckets.values()) for (const log of blocks.values()) polls += log.polls
    return polls
  }

  /** The log for polls of a block at a time, in ms since the epoch. */
  log(at: number, block: number): PollLog {
    const begin = at - (at % BUCKET_MS)
    let blocks = this.#buckets.get(begin)
    if (blocks === undefined) this.#buckets.set(begin, (blocks = new Map<number, PollLog>()))
    let log = blocks.get(block)
    if (log === undefined) blocks.set(block, (log = new PollLog()))
    return log
  }

  /** When each begins, in ms since the epoch, the oldest first. */
  begins(): number[] {
    return [...this.#buckets.keys()].toSorted((a, b) => a - b)
  }

  /** How many blocks of the bucket that begins at a time have polls. */
  count(bucket: number): number {
    return this.#buckets.get(bucket)?.size ?? 0
  }

  /** The blocks of the bucket that begins at a time. */
  *blocks(bucket: number): Generator<OpenBlock> {
    for (const [block, log] of this.#buckets.get(bucket) ?? []) yield { bucket, block, log }
  }

  /** The sums of a block are written. */
  remove({ bucket, block, log }: OpenBlock): void {
    this.#removed += log.polls
    this.#buckets.get(bucket)?.delete(block)
  }

  /** The sums that were written are committed. */
  committed(): void {
    this.#removed = 0
  }

  /** Whether all sums of a bucket are written; it is then forgotten. */
  isDone(bucket: number): boolean {
    if (this.count(bucket) > 0) return false
    this.#buckets.delete(bucket)
    return true
  }

  /** The log of a block in a bucket, if there is one. */
  find(bucket: number, block: number): PollLog | null {
    return this.#buckets.get(bucket)?.get(block) ?? null
  }
}
