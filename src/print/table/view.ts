import type { ResourceId } from '../../resource/resource.ts'
import type { SentState } from '../../state/state-batch.ts'
import type { UrlHistory } from '../../state/history.ts'
import type { Counts, LatestState } from '../../state/latest-state.ts'
import type { Percentiles } from '../text/histogram.ts'
import type { Sort } from './ranking.ts'

/** One URL of the list. */
export interface Row {
  readonly id: ResourceId
  readonly latest: LatestState
  readonly history: UrlHistory
}

/** What the head and the foot say. Times in ms. */
export interface TableStats {
  readonly urls: number
  readonly counts: Counts
  readonly pollsPerSecond: number
  readonly inFlight: number
  /** Resources that are due and wait for room. */
  readonly due: number
  /** The 99th percentile of how late polls began of late. */
  readonly lateMs: number
  readonly skipped: number
  readonly rssBytes: number
  /** How much of its time each poller's event loop works, from 0 to 1. */
  readonly pollers: readonly number[]
  readonly duration: Percentiles
  /** Polls by how long they took, as `PollStats` counts them. */
  readonly histogram: readonly number[]
  /** Answers by status, failures by reason, the most frequent first. */
  readonly outcomes: readonly (readonly [what: string, count: number])[]
  /** Lines of standard error, the newest last. */
  readonly errors: readonly string[]
}

/** All that a frame shows. */
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
  /** How much of the list the search has seen: 0 to 1. */
  readonly searchProgress: number
  /** URLs that match the search. */
  readonly matches: number
  /** Those that fit. */
  readonly rows: readonly Row[]
  /** Place of the first of `rows`, from 0. */
  readonly first: number
  /** Place of the chosen row among `rows`. */
  readonly selected: number
}

export interface DetailPage extends Row {
  readonly type: 'detail'
  /** Of the URL, as `StateMap` keeps them. */
  readonly labels: string
  /** Its last States that are still whole, the newest first. */
  readonly states: readonly SentState[]
}

export interface HelpPage {
  readonly type: 'help'
}
