import type { BlobTables } from './blob-tables.ts'
import { decodeDuration, decodePhase } from './duration-code.ts'
import type { OpenBuckets } from './open-buckets.ts'
import { HISTORY_VERDICTS } from './poll-batch.ts'
import type { HistoryVerdict } from './poll-batch.ts'
import {
  BLOCK,
  durationOf,
  localOf,
  offsetOf,
  sortPolls,
  statusOf,
  unpackPolls,
  verdictOf,
  WORDS,
} from './poll-words.ts'
import type { ReasonCodes } from './reason-codes.ts'
import { blockOf, BUCKET_MS, keyOf } from './resolutions.ts'

/** One poll as it is kept. */
export interface RecordedPoll {
  /** When it ended, in ms since the epoch. */
  readonly at: number
  readonly verdict: HistoryVerdict
  readonly reason: string
  readonly status: number
  /** Within 0.02 %. */
  readonly durationMs: number
  /** Within DURATION_ERROR; 0 for a phase that was not reached. */
  readonly phasesMs: {
    readonly dns: number
    readonly connect: number
    readonly tls: number
    readonly wait: number
  }
}

/** Buckets of five minutes that are looked through for polls of one URL: a URL that is polled less often than that has few. */
const MAX_BUCKETS = 300

/** Reads the latest polls of a URL. */
export class LatestPolls {
  readonly #table: BlobTables['polls']
  readonly #open: OpenBuckets
  readonly #codes: ReasonCodes

  constructor({ polls }: BlobTables, open: OpenBuckets, codes: ReasonCodes) {
    this.#table = polls
    this.#open = open
    this.#codes = codes
  }

  /** At most `limit`, the latest first. */
  read(url: number, limit: number): RecordedPoll[] {
    const polls: RecordedPoll[] = []
    for (const begin of this.#open.begins().toReversed()) {
      const log = this.#open.find(begin, blockOf(url))
      if (log !== null) this.#add(polls, sortPolls(log.words()), begin, url)
    }
    const { oldest, newest } = this.#table.kept()
    let begin = newest
    for (let tries = 0; tries < MAX_BUCKETS && begin >= oldest && polls.length < limit; tries++) {
      const key = keyOf(begin, BUCKET_MS, blockOf(url))
      const blob = this.#table.get(key)
      if (blob !== null) this.#add(polls, unpackPolls(blob, key), begin, url)
      begin -= BUCKET_MS
    }
    return polls.toSorted((a, b) => b.at - a.at).slice(0, limit)
  }

  #add(polls: RecordedPoll[], words: Uint32Array, begin: number, url: number): void {
    for (let at = 0; at < words.length; at += WORDS)
      if (localOf(words[at] as number) === url % BLOCK)
        polls.push(keptPoll(words.subarray(at, at + WORDS), begin, this.#codes))
  }
}

/** A poll from its words. `begin`: of its bucket, in ms since the epoch. */
export function keptPoll(
  [place = 0, answer = 0, reason = 0, phases = 0]: Uint32Array,
  begin: number,
  codes: ReasonCodes,
): RecordedPoll {
  const phase = (index: number): number => decodePhase((phases >>> (index * 8)) & 0xff)
  return {
    at: begin + offsetOf(place),
    verdict: HISTORY_VERDICTS[verdictOf(place)] ?? 'unknown',
    reason: codes.nameOf(reason),
    status: statusOf(answer),
    durationMs: decodeDuration(durationOf(answer)),
    phasesMs: { dns: phase(0), connect: phase(1), tls: phase(2), wait: phase(3) },
  }
}
