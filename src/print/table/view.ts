import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { ZoneState } from '../../state/zone-states.ts'
import type { UrlPolls } from '../../state/recent-polls.ts'
import type { Counts, LatestState } from '../../state/latest-state.ts'
import type { Percentiles } from '../text/histogram.ts'
import type { ClusterStats } from '../text/summary.ts'
import type { Sort } from './ranking.ts'
import type { RowGroup } from './row-groups.ts'

/** One URL of the list. */
export interface Row {
  readonly id: ResourceId
  readonly latest: LatestState
  readonly recentPolls: UrlPolls
}

/** The statistics in header and footer. Times in ms. */
export interface TableStats {
  readonly urls: number
  readonly counts: Counts
  readonly pollsPerSecond: number
  readonly inFlight: number
  /** Resources that are due and wait for a poller. */
  readonly due: number
  /** The 99th percentile of recent lateness. */
  readonly lateMs: number
  readonly skipped: number
  /** Invalid lines of the lists. */
  readonly invalidLines: number
  /** Lists that were read last without being taken. */
  readonly refusedLists: number
  /** Where headcount listens, as a URL; null: nowhere. */
  readonly address: string | null
  /** Undefined: this machine polls alone. */
  readonly cluster?: ClusterStats | undefined
  readonly rssBytes: number
  /** The share of time that each poller is busy, from 0 to 1. */
  readonly pollers: readonly number[]
  readonly duration: Percentiles
  /** Number of polls by duration, as `PollStats` counts them. */
  readonly histogram: readonly number[]
  /** Number of answers by status and of failures by reason, most frequent first. */
  readonly outcomes: readonly (readonly [what: string, count: number])[]
  /** Lines of standard error, newest last. */
  readonly errors: readonly string[]
}

/** Everything that a frame shows. */
export interface View {
  /** In ms since the epoch. */
  readonly at: number
  readonly stats: TableStats
  readonly page: Page
  /** Whether keys can be read. */
  readonly keys: boolean
}

export type Page = ListPage | DetailPage | HelpPage

export interface ListPage {
  readonly type: 'list'
  readonly sort: Sort
  readonly search: string
  readonly typing: boolean
  /** Only URLs with this verdict are listed; null: all. */
  readonly only: Verdict | null
  /** The label by which rows are grouped; null: none. */
  readonly group: string | null
  /** Some URL of the list has labels. */
  readonly hasLabels: boolean
  /** The share of the list that the search has covered, from 0 to 1. */
  readonly searchProgress: number
  /** URLs that match the search. */
  readonly matches: number
  /** The rows that fit. */
  readonly rows: readonly Row[]
  /** The groups that begin among them, by the index of the row that their heading is above. */
  readonly headings: ReadonlyMap<number, Pick<RowGroup, 'key' | 'counts'>>
  /** Index of the first of `rows` in the list. */
  readonly first: number
  /** Index of the selected row in `rows`. */
  readonly selected: number
}

export interface DetailPage extends Row {
  readonly type: 'detail'
  /** Its labels as `StateMap` keeps them. */
  readonly labels: string
  /** What its list sets for it, a setting each line, not escaped. */
  readonly settings: string
  /** What the run sets for all URLs, as a line of a list has it. */
  readonly runSettings: readonly string[]
  /** Whether its curl command line is shown. */
  readonly curl: boolean
  /** What each zone of a cluster says; none without several. */
  readonly zones: readonly ZoneState[]
  /** Its last States that are still kept in full, newest first. */
  readonly states: readonly ShownState[]
  /** Whether its settings have changed since its last poll. */
  readonly isOutdated: boolean
}

export interface HelpPage {
  readonly type: 'help'
  /** How many of its lines are above the first that is shown. */
  readonly above: number
  /** There are lines below the last that is shown. */
  readonly hasMore: boolean
}
