import type { BlobTable, BlobTables } from '../blob-tables.ts'
import { BlockSums } from '../block-sums.ts'
import { mergePolls, mergeSums } from '../merge-blobs.ts'
import { sortPolls } from '../poll-words.ts'
import type { UrlSums } from '../url-sums.ts'

/** Writes blobs from sums and polls that come one after the other: those of a block and bucket at once, if they are in order. */
export class BlobWriter {
  readonly #polls: BlobTable
  readonly #sums = new BlockSums()
  #sumsOf: { readonly table: BlobTable; readonly key: number } | null = null
  #words: number[] = []
  #pollsKey = -1

  constructor({ polls }: BlobTables) {
    this.#polls = polls
  }

  addSums(table: BlobTable, key: number, local: number, sums: UrlSums): void {
    if (this.#sumsOf?.table !== table || this.#sumsOf.key !== key) {
      this.#flushSums()
      this.#sumsOf = { table, key }
    }
    this.#sums.addUrl(local, sums)
  }

  addPoll(key: number, words: readonly number[]): void {
    if (key !== this.#pollsKey) this.#flushPolls()
    this.#pollsKey = key
    this.#words.push(...words)
  }

  flush(): void {
    this.#flushSums()
    this.#flushPolls()
  }

  #flushSums(): void {
    if (this.#sumsOf === null) return
    const { table, key } = this.#sumsOf
    mergeSums(table, key, this.#sums)
    this.#sums.clear()
    this.#sumsOf = null
  }

  #flushPolls(): void {
    if (this.#words.length === 0) return
    mergePolls(this.#polls, this.#pollsKey, sortPolls(Uint32Array.from(this.#words)))
    this.#words = []
  }
}
