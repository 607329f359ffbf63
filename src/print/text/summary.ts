import type { Usage, PollerBounds } from '../../state/usage.ts'
import type { Counts } from '../../state/latest-state.ts'
import type { Failures } from './error-log.ts'
import type { Percentiles } from './histogram.ts'

/** A machine of a cluster, as this one hears of it. */
export interface MachineStats {
  readonly name: string
  /** '' for that without a name. */
  readonly zone: string
  readonly isUp: boolean
  /** How much of the list it polls. */
  readonly urls: number
  readonly batches: number
  /** It makes the plan. */
  readonly plans: boolean
  /** It tells people of alerts. */
  readonly alerts: boolean
  /** It was told to hand everything over. */
  readonly isDrained: boolean
  /** It can poll: its threads run, and it knows the plan. */
  readonly canPoll: boolean
}

/** A cluster, as this machine sees it. */
export interface ClusterStats {
  /** The server answers. If not, only this machine is known. */
  readonly isReady: boolean
  readonly machines: readonly MachineStats[]
}

/** The part of a summary that main knows. */
export interface MainStats {
  /** Where the Resources are. The sum of asleep, due and pollers is their number, including those that are leaving the list. */
  readonly owners: {
    readonly asleep: number
    readonly due: number
    readonly pollers: readonly number[]
    readonly leaving: number
  }
  /** Maximum number of Resources that pollers may hold. */
  readonly maxLent: number
  /** Scheduled polls that were skipped since the start. */
  readonly skipped: number
  /** Pollers that were replaced since the start. */
  readonly pollerRestarts: number
  /** Invalid lines of the lists, as they were read last. */
  readonly invalidLines: number
  /** Lists that were read last without being taken: what was read before stays in use. */
  readonly refusedLists: number
  /** Where the web thread listens, as a URL; null: nowhere. */
  readonly address: string | null
  /** Absent: this machine polls alone. */
  readonly cluster?: ClusterStats
  /** CPU time of the main thread since its start, in ms. */
  readonly cpuMs: number
}

/** Before main has told it. */
export const NO_MAIN_STATS: MainStats = {
  owners: { asleep: 0, due: 0, pollers: [], leaving: 0 },
  maxLent: 0,
  skipped: 0,
  pollerRestarts: 0,
  address: null,
  invalidLines: 0,
  refusedLists: 0,
  cpuMs: 0,
}

/** How full each bounded collection is: of all pollers together, and, in characters, of text that waits for a slow reader. */
export interface Bounds extends PollerBounds {
  /** Resources that pollers hold. */
  readonly lent: Usage
  readonly output: Usage
  /** The files of `--output`; all zero without one. */
  readonly file: Usage
}

/** The state of the whole list. Counts are since the start; times are since the last summary (in the final one: since the start). */
export interface Summary {
  /** In ms since the epoch. */
  readonly at: number
  readonly urls: number
  readonly counts: Counts
  readonly polls: number
  readonly pollsPerSecond: number
  /** Since the monitor's start. */
  readonly failures: Failures
  /** Writes that were dropped because an output was slow or full. */
  readonly dropped: number
  readonly lateness: Percentiles
  readonly duration: Percentiles
  readonly mainStats: MainStats
  readonly bounds: Bounds
  readonly rssBytes: number
  readonly monitorCpuMs: number
  readonly pollersCpuMs: readonly number[]
}
