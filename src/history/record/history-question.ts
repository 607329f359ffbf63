import type { HistoryVerdict } from '../poll-batch.ts'
import type { Span } from '../spans.ts'
import type { Uptime } from '../uptime.ts'

export { HISTORY_VERDICTS } from '../poll-batch.ts'

/** What the web thread asks the recorder. Times in ms since the epoch. `urls`: the spellings that a URL may have in the lists. */
export type HistoryQuestion =
  /** How a URL was over a time, in parts of `stepMs`; null: in at most some 300 parts. */
  | {
      readonly type: 'history'
      readonly urls: readonly string[]
      readonly from: number
      readonly to: number
      readonly stepMs: number | null
    }
  /** Incidents that touch a time, the latest first. */
  | {
      readonly type: 'incidents'
      readonly filter: IncidentFilter
      readonly from: number
      readonly to: number
      readonly limit: number
      /** `next` of the page before; null: from the first on. */
      readonly cursor: string | null
    }
  /** What one URL shows of its history now. */
  | { readonly type: 'url'; readonly urls: readonly string[] }
  /** Which of these URLs are in maintenance now. */
  | { readonly type: 'maintenance'; readonly urls: readonly string[] }
  /** How long each of these URLs was what, in each of these times. */
  | {
      readonly type: 'times'
      readonly urls: readonly string[]
      readonly times: readonly (readonly [from: number, to: number])[]
    }

/** Which incidents are asked for. All conditions have to be met. */
export interface IncidentFilter {
  /** Null: those of any URL. */
  readonly urls: readonly string[] | null
  /** Names and values of labels. */
  readonly labels: readonly (readonly [name: string, value: string])[]
}

/** What it answers; null: the history does not know such a URL. */
export interface HistoryAnswers {
  readonly history: UrlHistory | null
  readonly incidents: IncidentPage | null
  readonly url: UrlNow | null
  readonly maintenance: UrlsInMaintenance
  readonly times: UrlTimes
}

/** Those of the URLs that are in maintenance now, in their order. */
export interface UrlsInMaintenance {
  readonly urls: readonly string[]
}

/** The answers for each URL in each time; null for a URL that the history does not know. */
export interface UrlTimes {
  readonly urls: readonly (readonly UptimeAnswer[] | null)[]
}

/** How long a URL was what, in seconds. */
export type UptimeAnswer = Uptime

/** How a URL was over a time. */
export interface UrlHistory {
  readonly url: string
  readonly from: number
  readonly to: number
  readonly stepMs: number
  readonly uptime: UptimeAnswer
  /** When it was in maintenance, in order; those that are close to each other as one. */
  readonly maintenance: readonly Span[]
  readonly buckets: readonly HistoryBucket[]
}

/** Polls of a part of a time. Durations in ms, of those that were up; null if none was. */
export interface HistoryBucket {
  readonly at: number
  readonly polls: number
  readonly up: number
  readonly down: number
  readonly unknown: number
  readonly minMs: number | null
  readonly meanMs: number | null
  readonly maxMs: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

/** Incidents, and where the next page begins; null: there are no more. */
export interface IncidentPage {
  readonly incidents: readonly IncidentAnswer[]
  readonly next: string | null
}

/** A time in which a URL was not up. */
export interface IncidentAnswer {
  readonly id: number
  readonly url: string
  /** One JSON object; '' for none. */
  readonly labels: string
  readonly verdict: HistoryVerdict
  readonly begin: number
  /** Null: it goes on. */
  readonly end: number | null
  /** It began in a maintenance window. */
  readonly maintenance: boolean
  readonly reasons: readonly IncidentReason[]
}

/** What polls of an incident found from a time on. */
export interface IncidentReason {
  readonly reason: string
  /** Null: there was no answer. */
  readonly status: number | null
  /** As the server sent it: escape it before showing. */
  readonly text: string
  readonly at: number
  readonly polls: number
}

/** What one URL shows of its history now. */
export interface UrlNow {
  /** By period. `watched`, `maintenance`: the shares of the period that it was watched, and in maintenance of that; from 0 to 1. */
  readonly uptime: Readonly<
    Record<
      UptimePeriod,
      { readonly ratio: number | null; readonly watched: number; readonly maintenance: number }
    >
  >
  /** It is in a maintenance window now. */
  readonly maintenance: boolean
  /** Its last polls, the latest first. */
  readonly latest: readonly LatestPollAnswer[]
}

/** A poll. */
export interface LatestPollAnswer {
  readonly at: number
  readonly verdict: HistoryVerdict
  readonly reason: string
  readonly status: number | null
  readonly durationMs: number
}

/** The periods for which uptime is told, in ms. */
export const UPTIME_PERIODS = {
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
  '90d': 90 * 86_400_000,
  '1y': 365 * 86_400_000,
} as const

export type UptimePeriod = keyof typeof UPTIME_PERIODS
