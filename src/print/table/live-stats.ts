import { residentBytes } from '../../runtime/resident-bytes.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { MainStats } from '../text/summary.ts'
import { CpuShares, PollStats } from './poll-stats.ts'
import type { TableStats } from './view.ts'

/** Time between two updates of rates and percentiles, in ms. */
const UPDATE_MS = 1_000

/** What the monitor knows when a frame is drawn. */
export interface LiveData {
  readonly map: StateMap
  readonly mainStats: MainStats
  /** CPU time of each poller since its start, in ms. */
  readonly pollersCpuMs: readonly number[]
}

type Rates = Pick<TableStats, 'pollsPerSecond' | 'lateMs' | 'pollers' | 'duration' | 'outcomes'>

/** The statistics of the table. Rates and percentiles change once a second, so that they can be read. */
export class LiveStats {
  readonly #pollStats = new PollStats()
  readonly #shares = new CpuShares()
  #rates: Rates | null = null
  #updatedAt = 0

  add(state: ShownState): void {
    this.#pollStats.add(state)
  }

  /** `errors`: lines of standard error; `now` on the monotonic clock, in ms. */
  get({ map, mainStats, pollersCpuMs }: LiveData, errors: readonly string[], now: number): TableStats {
    if (this.#rates === null || now - this.#updatedAt >= UPDATE_MS) {
      this.#updatedAt = now
      this.#rates = {
        pollsPerSecond: this.#pollStats.pollsPerSecond(now),
        lateMs: this.#pollStats.latenessP99(now),
        pollers: this.#shares.of(pollersCpuMs, now),
        duration: this.#pollStats.duration,
        outcomes: this.#pollStats.outcomes,
      }
    }
    return {
      ...this.#rates,
      urls: map.size,
      counts: map.counts,
      inFlight: mainStats.owners.pollers.reduce((sum, count) => sum + count, 0),
      due: mainStats.owners.due,
      skipped: mainStats.skipped,
      invalidLines: mainStats.invalidLines,
      refusedLists: mainStats.refusedLists,
      address: mainStats.address,
      cluster: mainStats.cluster,
      rssBytes: residentBytes(),
      histogram: this.#pollStats.histogram,
      errors,
    }
  }
}
