import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { Phases } from '../state/state.ts'

/** What is known of a URL at a time. A poll has the index in this list as its code. */
export const HISTORY_VERDICTS = ['up', 'down', 'unknown', 'maintenance'] as const
/** A verdict as the history keeps it. */
export type HistoryVerdict = (typeof HISTORY_VERDICTS)[number]

/** The codes of the verdicts. */
export const UP = 0
export const DOWN = 1
export const UNKNOWN = 2
export const MAINTENANCE = 3

/** Phases of a poll that are kept: dns, connect, tls, wait. */
export const PHASES = 4

/** Polls to record, in columns. It is filled, recorded and cleared again; nothing is allocated for a poll. */
export class PollBatch {
  size = 0
  /** Ids of `History.urls`. */
  urls = new Uint32Array(256)
  /** When each poll ended, in ms since the epoch. */
  at = new Float64Array(256)
  /** Codes of HISTORY_VERDICTS. */
  verdicts = new Uint8Array(256)
  /** Indexes of REASONS. */
  reasons = new Uint8Array(256)
  statuses = new Uint16Array(256)
  /** In ms. */
  durations = new Float32Array(256)
  /** PHASES for each poll, in ms. */
  phases = new Float32Array(256 * PHASES)

  /** Adds a poll of URL `url` (an id of `History.urls`) that ended at `at`, in ms since the epoch. */
  add(
    url: number,
    at: number,
    verdict: number,
    reason: number,
    status: number,
    durationMs: number,
    phasesMs: Readonly<Phases> | null = null,
  ): void {
    const index = this.size++
    if (index >= this.urls.length) this.#grow(index + 1)
    this.urls[index] = url
    this.at[index] = at
    this.verdicts[index] = verdict
    this.reasons[index] = reason
    this.statuses[index] = status
    this.durations[index] = durationMs
    const phase = index * PHASES
    this.phases[phase] = phasesMs?.dns ?? 0
    this.phases[phase + 1] = phasesMs?.connect ?? 0
    this.phases[phase + 2] = phasesMs?.tls ?? 0
    this.phases[phase + 3] = phasesMs?.wait ?? 0
  }

  clear(): void {
    this.size = 0
  }

  #grow(size: number): void {
    this.urls = ensureCapacity(this.urls, size)
    this.at = ensureCapacity(this.at, size)
    this.verdicts = ensureCapacity(this.verdicts, size)
    this.reasons = ensureCapacity(this.reasons, size)
    this.statuses = ensureCapacity(this.statuses, size)
    this.durations = ensureCapacity(this.durations, size)
    this.phases = ensureCapacity(this.phases, size * PHASES)
  }
}
