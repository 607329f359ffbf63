import type { BlobTables } from './blob-tables.ts'
import { BlockSums } from './block-sums.ts'
import type { IncidentBook } from './incident-book.ts'
import type { Journal } from './journal.ts'
import { mergePolls, mergeSums } from './merge-blobs.ts'
import type { OpenBlock, OpenBuckets } from './open-buckets.ts'
import { sortPolls } from './poll-words.ts'
import { BUCKET_MS, keyOf } from './resolutions.ts'
import { walSize } from './size-bound.ts'

/** A bucket is summed this long after its end, so that polls on their way still come into it, in ms. */
const GRACE_MS = 10_000

/** Most blocks whose sums one flush writes, so that none takes long: some 0.1 s. */
const MAX_BLOCKS = 25
/** Polls and sums of a block take about this in a write-ahead log, in bytes. */
const BLOCK_IN_LOG = 100_000

/** Blocks whose sums one flush writes: not more than the write-ahead log of a history of this size, in bytes, has room for. */
export const defaultBlocks = (sizeLimit: number): number =>
  Math.min(MAX_BLOCKS, Math.floor(walSize(sizeLimit) / BLOCK_IN_LOG))

/** Whatever their number, blocks are done after so many flushes: before the next bucket is over. */
const FLUSHES = 60

/** Writes the sums of buckets that are over, and their polls in the order of URLs. What is there already is added to. */
export class Summing {
  readonly #journal: Journal
  readonly #incidents: IncidentBook
  readonly #tables: BlobTables
  readonly #blocksPerFlush: number
  readonly #sums = new BlockSums()
  /** Blocks that are to be summed, after the last flush. */
  #left = 0
  /** How many a flush does. */
  #share = 0

  constructor(tables: BlobTables, journal: Journal, incidents: IncidentBook, blocksPerFlush: number) {
    this.#tables = tables
    this.#journal = journal
    this.#incidents = incidents
    this.#blocksPerFlush = blocksPerFlush
  }

  /** Writes the sums of some blocks, or of `all`. The journal has their polls up to and with `seq`. */
  sum(open: OpenBuckets, now: number, seq: number, all: boolean): void {
    const over = open.begins().filter((bucket) => bucket + BUCKET_MS + GRACE_MS <= now)
    const blocks = over.reduce((sum, bucket) => sum + open.count(bucket), 0)
    // What is left shrinks from flush to flush, so this is a share of what there was at first.
    if (this.#left === 0) this.#share = Math.max(this.#blocksPerFlush, Math.ceil(blocks / FLUSHES))
    this.#left = blocks
    let most = all ? Infinity : this.#share
    for (const bucket of over) {
      for (const block of open.blocks(bucket)) {
        if (most-- === 0) return
        this.#sumBlock(block, seq)
        open.remove(block)
        this.#left--
      }
      if (open.isDone(bucket)) this.#journal.forget(bucket)
    }
  }

  #sumBlock({ bucket, block, log }: OpenBlock, seq: number): void {
    const words = sortPolls(log.words())
    for (const table of this.#tables.sums) {
      this.#sums.clear()
      this.#sums.addPolls(words)
      mergeSums(table, keyOf(bucket, table.ms, block), this.#sums)
    }
    mergePolls(this.#tables.polls, keyOf(bucket, BUCKET_MS, block), words)
    this.#incidents.writeBlock(block, seq)
    this.#journal.markSummed(bucket, block, seq)
  }
}
