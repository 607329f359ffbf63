import type { Verdict } from '../../../src/resource/resource.ts'

export type { Verdict }

/** How many URLs have each verdict. */
export type Counts = Readonly<Record<Verdict, number>>

/** How long the phases of a poll took, in ms. */
export interface Phases {
  readonly proxy?: number
  readonly dns: number
  readonly connect: number
  readonly tls: number
  readonly wait: number
}

/** A URL, as `/api/v1/urls` and `/api/v1/url` have it. Null is what is not known yet. */
export interface UrlRow {
  readonly id: number
  readonly url: string
  readonly verdict: Verdict
  readonly reason: string | null
  readonly status: number | null
  readonly statusText: string
  readonly detail: string
  readonly method: string | null
  readonly at: string | null
  readonly since: string | null
  readonly errCount: number
  readonly durationMs: number | null
  readonly phasesMs: Phases | null
  readonly lateMs: number | null
  readonly redirects: number | null
  readonly finalUrl: string | null
  readonly address: string | null
  readonly httpVersion: string | null
  readonly tls: { readonly protocol: string; readonly expiresAt: string | null } | null
  readonly rechecked: boolean | null
  readonly labels: Readonly<Record<string, string>>
  /** What the last poll found, if that is not the verdict yet. */
  readonly answer?: Verdict
  readonly consecutive?: number
  /** What each zone says; absent without several. */
  readonly zones?: readonly ZoneRow[]
}

/** What a zone says of a URL. Null is what is not known of an earlier poll. */
export interface ZoneRow {
  /** '': that without a name. */
  readonly zone: string
  readonly verdict: Verdict
  readonly reason: string | null
  readonly status: number | null
  readonly durationMs: number | null
  readonly at: string | null
}

/** The periods for which the server tells the uptime. */
export type UptimePeriod = '24h' | '7d' | '30d' | '90d' | '1y'

/** A URL with what history knows of it, as `/api/v1/url` has it; null while no history is kept, or the recorder does not answer. */
export interface UrlDetail extends UrlRow {
  readonly uptime: Readonly<Record<UptimePeriod, PeriodUptime>> | null
  /** Whether it is in a maintenance window now. */
  readonly maintenance: boolean | null
  /** Its last polls, the latest first. */
  readonly latest: readonly PastPoll[] | null
  /** Each as a line of a list has it, with … for secrets; null: it has just left the lists. */
  readonly settings: readonly string[] | null
}

/** `ratio`: of the time that it was up or down, null without either. The others: of the whole period. From 0 to 1. */
export interface PeriodUptime {
  readonly ratio: number | null
  readonly watched: number
  readonly maintenance: number
}

/** An earlier poll. */
export interface PastPoll {
  readonly at: string
  readonly verdict: Verdict | 'maintenance'
  readonly reason: string
  readonly status: number | null
  readonly durationMs: number
}

/** A part of a time, as `/api/v1/history` has it. Durations in ms, of the polls that were up; null if none was. */
export interface Bucket {
  readonly at: string
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

/** How a URL was over a time. */
export interface History {
  readonly from: string
  readonly to: string
  /** The length of a bucket, in s. */
  readonly step: number
  readonly uptime: {
    readonly ratio: number | null
    readonly upSeconds: number
    readonly downSeconds: number
    readonly unknownSeconds: number
    readonly maintenanceSeconds: number
    readonly notWatchedSeconds: number
  }
  /** When it was in maintenance, in order. */
  readonly maintenance: readonly { readonly from: string; readonly to: string }[]
  readonly buckets: readonly Bucket[]
}

/** A time in which a URL was not up. */
export interface Incident {
  readonly id: number
  readonly url: string
  readonly labels: Readonly<Record<string, string>>
  readonly verdict: Verdict
  readonly begin: string
  /** Null: it goes on. */
  readonly end: string | null
  /** It began in a maintenance window. */
  readonly maintenance: boolean
  readonly reasons: readonly {
    readonly reason: string
    readonly status: number | null
    readonly text: string
    readonly at: string
    readonly polls: number
  }[]
}

/** A page of `/api/v1/incidents`, the latest first. */
export interface IncidentList {
  readonly incidents: readonly Incident[]
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null
}

/** A poll of the list: `durationMs` is within 10 %. */
export type RecentPoll = readonly [verdict: Verdict, durationMs: number]

/** A URL of the list, with its last polls since headcount started, the oldest first. */
export interface ListedUrl extends UrlRow {
  readonly polls: readonly RecentPoll[]
  /** It is in a maintenance window now; undefined: it is not, or that is not known. */
  readonly maintenance?: true
}

/** A page of `/api/v1/urls`. */
export interface UrlList {
  readonly urls: readonly ListedUrl[]
  readonly matches: number
  readonly cursor: string | null
}

/** A machine of a cluster. */
export interface Machine {
  readonly node: string
  /** Absent: it has none. */
  readonly zone?: string
  readonly up: boolean
  readonly drained: boolean
  /** It can poll. */
  readonly ready: boolean
  readonly plans: boolean
  readonly alerts: boolean
  readonly batches: number
  readonly urls: number
}

/** `/api/v1/summary`, as far as the page shows it. */
export interface Summary {
  readonly at: string
  readonly urls: number
  readonly up: number
  readonly down: number
  readonly unknown: number
  readonly pending: number
  readonly pollsPerSecond: number
  readonly skipped: number
  readonly latenessMs: { readonly p99: number }
  /** The machines that share the list; undefined: this one polls alone. */
  readonly cluster?: { readonly ready: boolean; readonly machines: readonly Machine[] }
  /** Whether there are alerts; undefined: the event does not say it. */
  readonly alerts?: boolean
}
