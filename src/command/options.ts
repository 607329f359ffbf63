import type { ProgressKind } from '../print/create-progress.ts'
import type { OutputFile } from '../print/text/monitor-options.ts'
import type { FormatName } from '../print/text/formats.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import type { ClusterOptions } from '../settings/cluster-options.ts'
import type { WebConfigFile } from '../config/web/web-config-file.ts'
import type { Flags } from './flag-table.ts'

/** How history is kept. */
export interface HistoryOptions {
  /** Null: in memory. */
  readonly file: string | null
  /** The most that it may take, in bytes. */
  readonly sizeLimit: number
  /** What an earlier run knew of the URLs counts in this one. */
  readonly restores: boolean
}

/** Everything that a user can set, checked: the flags for main and the monitor, and what is worked out from them. Times in ms. */
export interface Options extends Omit<
  Flags['run'],
  'format' | 'outputs' | 'concurrency' | 'webConfig' | 'history' | 'historySize' | 'cluster'
> {
  /** URLs given as arguments, not checked yet. */
  readonly urls: readonly string[]
  /** Descriptors that the process may have open. */
  readonly descriptors: number
  /** The format in use, where the flag says `auto`. */
  readonly format: FormatName
  readonly outputs: readonly OutputFile[]
  /** A format shows where the lists name URLs. */
  readonly places: boolean
  /** List only the URLs that are not up. */
  readonly brief: boolean
  /** Start fewer pollers than `poolSize` if each would have few URLs: nobody asked for a number of them. */
  readonly fitsPool: boolean
  readonly progress: ProgressKind
  /** What the file of `--web-config` says; null: there is none, or nobody listens. */
  readonly webConfig: WebConfigFile | null
  /** Connections to the web thread at the same time. */
  readonly webConnections: number
  /** The machines that this one shares the list with; null: it polls alone. */
  readonly cluster: ClusterOptions | null
  /** Null: no history is kept. */
  readonly recorder: HistoryOptions | null
  /** What every poller gets. */
  readonly poll: PollOptions
}
