import type { Printer } from '../../print/text/printer.ts'
import type { MainStats } from '../../print/text/summary.ts'
import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import type { ResourceId } from '../../resource/resource.ts'
import type { Counts } from '../../state/latest-state.ts'
import { REASONS } from '../../state/reasons.ts'
import type { SentState } from '../../state/state-batch.ts'
import type { StateMap } from '../../state/state-map.ts'
import { PollHistogram } from './poll-histogram.ts'
import type { HistogramData } from './poll-histogram.ts'
import { UrlPacker } from './url-page.ts'
import type { UrlPage } from './url-page.ts'

/** Ids that are looked at for one page: many may be free after a list has shrunk. */
const MAX_LOOKED_AT = 50_000

/** Durations that are kept of each URL: of the poll and of its four phases. */
const DURATIONS = 5

/** Sums over the whole list. They cost the same for any number of URLs. */
export interface Totals {
  /** When counting began, in ms since the epoch. */
  readonly since: number
  readonly urls: number
  readonly counts: Counts
  /** Polls since the monitor's start, in the order of REASONS. */
  readonly polls: readonly number[]
  readonly duration: HistogramData
  readonly lateness: HistogramData
  readonly mainStats: MainStats
  /** CPU time of the monitor and of each poller, in ms. */
  readonly monitorCpuMs: number
  readonly pollersCpuMs: readonly number[]
}

/** What the monitor knows besides. */
export interface MonitorData {
  readonly map: StateMap
  readonly mainStats: MainStats
  readonly pollersCpuMs: readonly number[]
}

/**
 * Keeps, in the monitor, what metrics need and the StateMap does not have: a Printer that prints nothing. 36 bytes per URL, bounded by
 * the list.
 */
export class MetricsRecorder implements Printer {
  readonly #data: () => MonitorData
  readonly #cpuMs: () => number
  readonly #since = Date.now()
  readonly #polls = REASONS.map(() => 0)
  readonly #duration = new PollHistogram()
  readonly #lateness = new PollHistogram()
  #at = new Float64Array(64)
  #expiresAt = new Float64Array(64)
  /** DURATIONS for each id. */
  #durations = new Float32Array(64 * DURATIONS)

  /** `cpuMs`: CPU time of the monitor's thread, in ms. */
  constructor(data: () => MonitorData, cpuMs: () => number) {
    this.#data = data
    this.#cpuMs = cpuMs
  }

  state(state: SentState): void {
    const { id, phasesMs } = state
    const reason = REASONS.indexOf(state.reason)
    this.#polls[reason] = (this.#polls[reason] as number) + 1
    this.#duration.record(state.durationMs)
    this.#lateness.record(state.lateMs)
    if (id >= this.#at.length) this.#makeRoom(id + 1)
    this.#at[id] = state.at
    // A failed poll may end before the certificate is known; an answer without TLS has none.
    if (state.tls !== null) this.#expiresAt[id] = state.tls.expiresAt
    else if (state.status !== 0) this.#expiresAt[id] = 0
    const durations = this.#durations
    const first = id * DURATIONS
    durations[first] = state.durationMs
    durations[first + 1] = phasesMs.dns
    durations[first + 2] = phasesMs.connect
    durations[first + 3] = phasesMs.tls
    durations[first + 4] = phasesMs.wait
  }

  forget(id: ResourceId): void {
    if (id >= this.#at.length) return
    this.#at[id] = 0
    this.#expiresAt[id] = 0
  }

  print(): Promise<void> {
    return Promise.resolve()
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  /** Sums over the whole list. */
  totals(): Totals {
    const { map, mainStats, pollersCpuMs } = this.#data()
    return {
      since: this.#since,
      urls: map.size,
      counts: { ...map.counts },
      polls: [...this.#polls],
      duration: this.#duration.data,
      lateness: this.#lateness.data,
      mainStats,
      monitorCpuMs: this.#cpuMs(),
      pollersCpuMs: [...pollersCpuMs],
    }
  }

  /** Up to `limit` URLs with ids from `from` on. */
  urls(from: number, limit: number): UrlPage {
    const { map } = this.#data()
    const packer = new UrlPacker()
    const end = Math.min(map.limit, from + MAX_LOOKED_AT)
    let id = from
    for (let left = limit; id < end && left > 0; id++) {
      if (!map.has(id)) continue
      left--
      this.#pack(id, map, packer)
    }
    return { rows: packer.take(), next: id < map.limit ? id : null }
  }

  #pack(id: ResourceId, map: StateMap, packer: UrlPacker): void {
    const at = this.#at[id] ?? 0
    // Another URL may have had the id before.
    const isPolled = at > 0 && map.verdict(id) !== 'pending'
    const duration = (n: number) => (isPolled ? (this.#durations[id * DURATIONS + n] as number) : 0)
    packer.add({
      url: map.url(id),
      labels: map.labels(id),
      verdict: map.verdict(id),
      status: map.status(id),
      at: isPolled ? at : 0,
      duration: duration(0),
      dns: duration(1),
      connect: duration(2),
      tls: duration(3),
      wait: duration(4),
      expiresAt: isPolled ? (this.#expiresAt[id] as number) : 0,
    })
  }

  #makeRoom(size: number): void {
    this.#at = ensureCapacity(this.#at, size)
    this.#expiresAt = ensureCapacity(this.#expiresAt, size)
    this.#durations = ensureCapacity(this.#durations, this.#at.length * DURATIONS)
  }
}
