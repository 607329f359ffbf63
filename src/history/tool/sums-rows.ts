import type { BlobTable } from '../blob-tables.ts'
import { BlockSums } from '../block-sums.ts'
import { BLOCK } from '../poll-words.ts'
import { beginOf, blockOfKey, keyOf } from '../resolutions.ts'
import type { Session } from '../session.ts'
import type { UrlSums } from '../url-sums.ts'

/** Sums of a URL in a bucket. */
export interface SumsRow {
  readonly url: number
  /** When the bucket begins, in ms since the epoch. */
  readonly at: number
  readonly sums: UrlSums
}

/** All sums of a resolution, by bucket and URL, with the polls that are in the journal still. */
export function* sumsRows(session: Session, table: BlobTable): Generator<SumsRow> {
  const open = openWords(session, table)
  for (const [key, blob] of table.all()) {
    yield* rowsOf(key, table.ms, blob, open.get(key) ?? [])
    open.delete(key)
  }
  for (const [key, words] of [...open].toSorted(([a], [b]) => a - b))
    yield* rowsOf(key, table.ms, null, words)
}

/** Polls whose sums are not written, by the key that they will have. */
function openWords({ open }: Session, { ms }: BlobTable): Map<number, Uint32Array[]> {
  const words = new Map<number, Uint32Array[]>()
  for (const bucket of open.begins())
    for (const { block, log } of open.blocks(bucket)) {
      const key = keyOf(bucket, ms, block)
      words.set(key, [...(words.get(key) ?? []), log.words()])
    }
  return words
}

function rowsOf(key: number, ms: number, blob: Uint8Array | null, words: readonly Uint32Array[]): SumsRow[] {
  const block = new BlockSums()
  if (blob !== null) block.addBlob(blob, key)
  for (const some of words) block.addPolls(some)
  const rows: SumsRow[] = []
  block.visit((local, sums) =>
    rows.push({ url: blockOfKey(key) * BLOCK + local, at: beginOf(key, ms), sums }),
  )
  return rows
}
