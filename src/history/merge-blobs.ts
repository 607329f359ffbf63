import type { BlobTable } from './blob-tables.ts'
import type { BlockSums } from './block-sums.ts'
import { joinWords, packPolls, sortPolls, unpackPolls } from './poll-words.ts'

/** Adds to sums what a table has under a key, and writes them there. */
export function mergeSums(table: BlobTable, key: number, sums: BlockSums): void {
  const before = table.get(key)
  if (before !== null) sums.addBlob(before, key)
  table.put(key, sums.toBlob(key), before?.length ?? 0)
}

/** Adds polls, in the order of URL and time, to those that a table has under a key. */
export function mergePolls(table: BlobTable, key: number, words: Uint32Array): void {
  const before = table.get(key)
  const all = before === null ? words : sortPolls(joinWords([unpackPolls(before, key), words]))
  table.put(key, packPolls(all, key), before?.length ?? 0)
}
