import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'
import { answerOf } from './shown-state.ts'
import type { ShownState } from './shown-state.ts'

/** Polls that are kept of each URL. */
export const LAST_POLLS = 8

/** Stands for a poll that was not `up` in `lastDurations`. */
export const NOT_UP = -1

/** What RecentPolls keep of one URL. Times of day in ms since the epoch; all but `at` are whole seconds. */
export interface UrlPolls {
  /** When its last poll ended; 0 if none is known: it was never polled, or before this monitor began. */
  readonly at: number
  /** When its verdict, reason or status last changed; 0 if not known. */
  readonly changedAt: number
  /** How long its last poll took, in ms. */
  readonly durationMs: number
  /** The share of polls that were `up`, from 0 to 1, without those that were `unknown`; NaN if there are none. */
  readonly upShare: number
  /** When its certificate expires; 0 if not known. */
  readonly expiresAt: number
  /** Durations of its last polls, in ms within 8 %, oldest first; NOT_UP for one that was not up. At most LAST_POLLS. */
  readonly lastDurations: readonly number[]
}

/** A duration is stored as a code in one byte: 0.1 ms × 2^((code - 1) / 10). 255 means NOT_UP, 0 means no poll. */
const NOT_UP_CODE = 255
const MIN_MS = 0.1
const STEPS_PER_DOUBLING = 10

/**
 * What came before the latest State of each URL, packed in 36 bytes per URL. Kept only for formats that show it. Bounded by
 * the list.
 */
export class RecentPolls {
  /** In ms since the epoch. */
  #at = new Float64Array(64)
  /** These two are in seconds, which fit until 2106. */
  #changedAt = new Uint32Array(64)
  #expiresAt = new Uint32Array(64)
  #durationMs = new Float32Array(64)
  #ups = new Uint32Array(64)
  #downs = new Uint32Array(64)
  /** LAST_POLLS codes per URL, oldest first. */
  #last = new Uint8Array(64 * LAST_POLLS)

  /** Makes room for `size` URLs. */
  ensureCapacity(size: number): void {
    this.#at = ensureCapacity(this.#at, size)
    this.#changedAt = ensureCapacity(this.#changedAt, size)
    this.#expiresAt = ensureCapacity(this.#expiresAt, size)
    this.#durationMs = ensureCapacity(this.#durationMs, size)
    this.#ups = ensureCapacity(this.#ups, size)
    this.#downs = ensureCapacity(this.#downs, size)
    this.#last = ensureCapacity(this.#last, size * LAST_POLLS)
  }

  /** Forgets a URL: its id now belongs to another one. */
  reset(id: ResourceId): void {
    for (const column of [
      this.#at,
      this.#changedAt,
      this.#expiresAt,
      this.#durationMs,
      this.#ups,
      this.#downs,
    ])
      column[id] = 0
    this.#last.fill(0, id * LAST_POLLS, (id + 1) * LAST_POLLS)
  }

  /** Adds a State. `changed`: its verdict, reason or status differs from the URL's last State. */
  set(state: ShownState, changed: boolean): void {
    const { id } = state
    this.#at[id] = state.at
    if (changed) this.setChanged(id, state.at)
    this.#durationMs[id] = state.durationMs
    const answer = state.verdict === 'unknown' ? 'unknown' : answerOf(state)
    const polls = answer === 'up' ? this.#ups : this.#downs
    if (answer !== 'unknown') polls[id] = (polls[id] as number) + 1
    // A failed poll may end before the certificate is known.
    if (state.tls !== null) this.#expiresAt[id] = seconds(state.tls.expiresAt)
    const from = id * LAST_POLLS
    this.#last.copyWithin(from, from + 1, from + LAST_POLLS)
    this.#last[from + LAST_POLLS - 1] = answer === 'up' ? encodeDuration(state.durationMs) : NOT_UP_CODE
  }

  /** The verdict, reason or status of a URL has changed. */
  setChanged(id: ResourceId, at: number): void {
    this.#changedAt[id] = Math.floor(at / 1000)
  }

  get(id: ResourceId): UrlPolls {
    const ups = this.#ups[id] as number
    const codes = this.#last.subarray(id * LAST_POLLS, (id + 1) * LAST_POLLS)
    return {
      at: this.at(id),
      changedAt: this.changedAt(id),
      durationMs: this.durationMs(id),
      upShare: ups / (ups + (this.#downs[id] as number)),
      expiresAt: this.expiresAt(id),
      lastDurations: [...codes].filter((code) => code !== 0).map(decodeDuration),
    }
  }

  at(id: ResourceId): number {
    return this.#at[id] as number
  }

  changedAt(id: ResourceId): number {
    return (this.#changedAt[id] as number) * 1000
  }

  durationMs(id: ResourceId): number {
    return this.#durationMs[id] as number
  }

  expiresAt(id: ResourceId): number {
    return (this.#expiresAt[id] as number) * 1000
  }
}

/** Whole seconds; 0 for an invalid time, or one after 2106. */
function seconds(ms: number): number {
  const whole = Math.floor(ms / 1000)
  return whole > 0 && whole < 2 ** 32 ? whole : 0
}

function encodeDuration(ms: number): number {
  const code = 1 + Math.round(STEPS_PER_DOUBLING * Math.log2(Math.max(ms, MIN_MS) / MIN_MS))
  return Math.min(code, NOT_UP_CODE - 1)
}

function decodeDuration(code: number): number {
  return code === NOT_UP_CODE ? NOT_UP : MIN_MS * 2 ** ((code - 1) / STEPS_PER_DOUBLING)
}
