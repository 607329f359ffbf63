import type { Usage, PollerBounds } from '../../state/usage.ts'
import type { Counts } from '../../state/state-map.ts'
import type { Failures } from './error-log.ts'
import type { Percentiles } from './histogram.ts'

/** Main's share of a summary. */
export interface MainStats {
  /** Who has the Resources: asleep, due and pollers always add up to their number, those that leave the list included. */
  readonly owners: {
    readonly asleep: number
    readonly due: number
    readonly pollers: readonly number[]
    readonly leaving: number
  }
  /** Resources that the pollers may have at most. */
  readonly maxLent: number
  /** Slots that passed without their poll, since the start. */
  readonly skipped: number
  /** CPU time of the main thread since its start, in ms. */
  readonly cpuMs: number
}

/** How full everything is that can fill up: in all pollers together, and in characters what waits for a slow reader. */
export interface Bounds extends PollerBounds {
  /** Resources that pollers have. */
  readonly lent: Usage
  readonly output: Usage
  /** The file of `--output`; nothing of nothing without one. */
  readonly file: Usage
}

/** How the whole list does; counts since the start, times since the last summary (in the last one: since the start). */
export interface Summary {
  /** In ms since the epoch. */
  readonly at: number
  readonly urls: number
  readonly counts: Counts
  readonly polls: number
  readonly pollsPerSecond: number
  /** Since the monitor's start. */
  readonly failures: Failures
  /** Writes that a slow or full standard output made us drop. */
  readonly dropped: number
  readonly lateness: Percentiles
  readonly duration: Percentiles
  readonly mainStats: MainStats
  readonly bounds: Bounds
  readonly rssBytes: number
  readonly monitorCpuMs: number
  readonly pollersCpuMs: readonly number[]
}
