import type { Printer } from '../print/text/printer.ts'
import type { MainStats } from '../print/text/summary.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { Counts } from '../state/latest-state.ts'
import { REASONS } from '../state/reasons.ts'
import type { HistoryFigures } from '../state/history-figures.ts'
import type { LatestPolls } from '../state/latest-polls.ts'
import type { ShownState } from '../state/shown-state.ts'
import type { StateMap } from '../state/state-map.ts'
import type { AlertTotals } from './alert-metrics.ts'
import { PollHistogram } from './poll-histogram.ts'
import type { HistogramData } from './poll-histogram.ts'
import { UrlPacker } from './url-page.ts'
import type { UrlPage } from './url-page.ts'

/** Ids that are looked at for one page: many may be free after a list has shrunk. */
const MAX_LOOKED_AT = 50_000

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
  /** Null: no history is kept. */
  readonly history: HistoryFigures | null
  /** Null: there are no alerts. */
  readonly alerts: AlertTotals | null
  /** CPU time of the monitor and of each poller, in ms. */
  readonly monitorCpuMs: number
  readonly pollersCpuMs: readonly number[]
}

/** What the monitor knows besides. */
export interface MonitorData {
  readonly map: StateMap
  readonly mainStats: MainStats
  readonly pollersCpuMs: readonly number[]
  /** Null: no history is kept. */
  readonly history: HistoryFigures | null
  /** Null: there are no alerts. */
  readonly alerts: AlertTotals | null
}

/** Keeps, in the monitor, what metrics need and neither the StateMap nor LatestPolls have: a Printer that prints nothing. */
export class MetricsRecorder implements Printer {
  readonly #data: () => MonitorData
  readonly #cpuMs: () => number
  readonly #since = Date.now()
  readonly #polls = REASONS.map(() => 0)
  readonly #duration = new PollHistogram()
  readonly #lateness = new PollHistogram()
  readonly #latest: LatestPolls

  /** `cpuMs`: CPU time of the monitor's thread, in ms. `latest`: another Printer fills it. */
  constructor(data: () => MonitorData, latest: LatestPolls, cpuMs: () => number) {
    this.#data = data
    this.#latest = latest
    this.#cpuMs = cpuMs
  }

  state(state: ShownState): void {
    const reason = REASONS.indexOf(state.reason)
    this.#polls[reason] = (this.#polls[reason] as number) + 1
    this.#duration.record(state.durationMs)
    this.#lateness.record(state.lateMs)
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  /** Sums over the whole list. */
  totals(): Totals {
    const { map, mainStats, pollersCpuMs, history, alerts } = this.#data()
    return {
      since: this.#since,
      urls: map.size,
      counts: { ...map.counts },
      polls: [...this.#polls],
      duration: this.#duration.data,
      lateness: this.#lateness.data,
      mainStats,
      history,
      alerts,
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
    // Another URL may have had the id before.
    const at = map.verdict(id) === 'pending' ? 0 : this.#latest.at(id)
    const { dns, connect, tls, wait } = at === 0 ? NO_PHASES : this.#latest.phasesMs(id)
    packer.add({
      url: map.url(id),
      labels: map.labels(id),
      verdict: map.verdict(id),
      status: map.status(id),
      at,
      duration: at === 0 ? 0 : this.#latest.durationMs(id),
      dns,
      connect,
      tls,
      wait,
      expiresAt: at === 0 ? 0 : this.#latest.expiresAt(id),
    })
  }
}

const NO_PHASES = { dns: 0, connect: 0, tls: 0, wait: 0 }
