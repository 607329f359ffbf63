import { keptPoll } from '../latest-polls.ts'
import type { RecordedPoll } from '../latest-polls.ts'
import { BLOCK, localOf, sortPolls, unpackPolls, WORDS } from '../poll-words.ts'
import { beginOf, blockOfKey, BUCKET_MS } from '../resolutions.ts'
import type { Session } from '../session.ts'

/** A poll with its URL. */
export interface PollRow extends RecordedPoll {
  readonly url: number
}

/** All polls that are kept, by bucket and URL. */
export function* pollRows({ tables, open, reasons }: Session): Generator<PollRow> {
  const rows = function* (bucket: number, block: number, words: Uint32Array): Generator<PollRow> {
    for (let at = 0; at < words.length; at += WORDS) {
      const poll = words.subarray(at, at + WORDS)
      yield { url: block * BLOCK + localOf(poll[0] as number), ...keptPoll(poll, bucket, reasons) }
    }
  }
  for (const [key, blob] of tables.polls.all())
    yield* rows(beginOf(key, BUCKET_MS), blockOfKey(key), unpackPolls(blob, key))
  for (const bucket of open.begins())
    for (const { block, log } of open.blocks(bucket)) yield* rows(bucket, block, sortPolls(log.words()))
}
