import type { AlertKind, AlertSeverity } from './alert-rule.ts'

/** What was seen of a URL, as far as messages tell it. Texts may be those of a server: receivers escape them. */
export interface SeenState {
  /** In ms since the epoch. */
  readonly at: number
  readonly verdict: 'up' | 'down' | 'unknown'
  readonly reason: string
  /** 0 if there was no answer. */
  readonly status: number
  /** The text that goes with the reason: see `textOf`. At most 500 UTF-16 units. */
  readonly detail: string
  readonly durationMs: number
  readonly errCount: number
  /** In ms since the epoch; NaN without a certificate. */
  readonly certificateExpiresAt: number
}

/** The summary of an alert that ends without being over. */
export const UNWATCHED_TEXT = 'no longer watched'

/** A rule's condition holds for a URL or a group. */
export interface Alert {
  /** Made from rule, kind and subject, so that it is the same after a restart. */
  readonly key: string
  readonly rule: string
  readonly kind: AlertKind
  /** Of the rule when it fired. */
  readonly severity: AlertSeverity
  /** Without credentials; '' for a group. */
  readonly url: string
  /** `label=value` for a group; '' for a URL. */
  readonly group: string
  /** Of the URL when it fired; for a group the label that it is made by. */
  readonly labels: Readonly<Record<string, string>>
  /** That of the rule when it fired or last held: ms for `slow` and `certificate`, a share for `uptime`, changes for `flapping`. Earlier versions have not kept it. */
  readonly limit?: number
  /** Of which time the rule measured the URL then, in ms: `over` of `uptime`, `within` of `flapping`. Earlier versions have not kept it. */
  readonly windowMs?: number
  /** When the condition began, in ms since the epoch. */
  readonly since: number
  /** When it was over, of `down` when its URL came up, though that was to last; null: it fires. */
  readonly resolvedAt: number | null
  /** How long it fires, or has fired, in ms, whatever the clock was set to meanwhile. Absent: as long as its times say. */
  readonly lastedMs?: number
  /** One line in plain words, e.g. `down for 3 polls: 503 Service Unavailable` or `3 of 5 are down`. */
  readonly summary: string
  /** What the last poll saw; null for a group. */
  readonly state: SeenState | null
}

/** An alert begins or ends. */
export type AlertTurn =
  | { readonly type: 'fired'; readonly alert: Alert }
  | { readonly type: 'resolved'; readonly alert: Alert }
  /** It ended since its URL has left the lists, its rule the configuration, or since that has another limit. Told as `no longer watched`. */
  | { readonly type: 'unwatched'; readonly alert: Alert }

/** What the rules make of polls. */
export type AlertChange =
  | AlertTurn
  /** It goes on, and its URL has these labels from now on. */
  | { readonly type: 'relabelled'; readonly alert: Pick<Alert, 'key' | 'labels'> }
  /** It goes on, and holds by another limit of its rule from now on. */
  | { readonly type: 'held'; readonly alert: Pick<Alert, 'key' | 'limit' | 'windowMs'> }
  /** It is of an earlier run, and this one has looked at what it is about for the first time. If it is over, that follows. */
  | { readonly type: 'seen'; readonly alert: Pick<Alert, 'key'> }
