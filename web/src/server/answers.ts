/** What a URL's verdict can be, in the order of their codes in the answers for the wall. */
export const VERDICTS = ['pending', 'up', 'down', 'unknown'] as const

export type Verdict = (typeof VERDICTS)[number]

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
  /** With history only: the share of time that it was up, from 0 to 1, by period such as `24h`. */
  readonly uptime?: Readonly<Record<string, number | UptimeShare | null>>
  /** With history only: the last polls. */
  readonly latest?: readonly PastPoll[]
}

/** How good a URL was in a period. */
export interface UptimeShare {
  readonly ratio: number | null
  readonly notWatchedSeconds?: number
  readonly watched?: number
}

/** An earlier poll. */
export interface PastPoll {
  readonly at: string | number
  readonly verdict: Verdict
  readonly reason?: string | null
  readonly status?: number | null
  readonly durationMs?: number | null
}

/** A page of `/api/v1/urls`. */
export interface UrlList {
  readonly urls: readonly UrlRow[]
  readonly matches: number
  readonly cursor: string | null
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
}
