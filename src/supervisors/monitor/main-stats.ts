import type { ClusterStats, MainStats } from '../../print/text/summary.ts'
import { threadCpuMs } from '../../runtime/cpu.ts'

/** What main has that summaries tell of. */
interface StatsSources {
  readonly dispatcher: { readonly stats: Pick<MainStats, 'owners' | 'maxLent' | 'skipped'> }
  readonly pollers: { readonly restarts: number }
  readonly lists: { readonly invalid: number; readonly refused: number }
  /** Null: this machine polls alone. */
  readonly cluster: { readonly stats: ClusterStats } | null
  /** Null: there is no web thread. */
  readonly web: { readonly address: string | null } | null
}

/** Main's part of the summaries. */
export function mainStats({ dispatcher, pollers, lists, cluster, web }: StatsSources): MainStats {
  return {
    ...dispatcher.stats,
    pollerRestarts: pollers.restarts,
    invalidLines: lists.invalid,
    refusedLists: lists.refused,
    address: web?.address ?? null,
    ...(cluster === null ? {} : { cluster: cluster.stats }),
    cpuMs: threadCpuMs(),
  }
}
