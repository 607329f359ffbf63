/** What an alert can be about. */
export const ALERT_KINDS = [
  'down',
  'unknown',
  'slow',
  'certificate',
  'uptime',
  'changed',
  'flapping',
  'group',
] as const

export type AlertKind = (typeof ALERT_KINDS)[number]

/** How long a condition must last: so many consecutive polls of the URL, or so many ms. */
export type Lasting = { readonly polls: number } | { readonly ms: number }

/** How alerts are ranked, the least first. */
export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const

export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

/** A condition on one label. A label that a URL does not have is the empty text. */
export interface LabelMatcher {
  readonly label: string
  /** True: the label must match; false: it must not. */
  readonly isPositive: boolean
  /** The texts that the label may be, at least one; null with a pattern. */
  readonly values: readonly string[] | null
  /** A regular expression of RE2 that the whole label must match; null with values. */
  readonly pattern: string | null
}

/** When a rule fires for a URL or a group. Null: the rule has no such condition. */
export interface RuleConditions {
  readonly down: Lasting | null
  /** Until when a URL that was down is taken for down: how long it must be up. */
  readonly up: Lasting
  /** The URL has been unknown for so long, in ms: the watcher is blind. */
  readonly unknownMs: number | null
  /** Polls that found it up took longer than `overMs`, each one, for `forMs`. */
  readonly slow: { readonly overMs: number; readonly forMs: number } | null
  /** The certificate expires within this time, in ms. */
  readonly certificateMs: number | null
  /** Uptime over the last `overMs`, from the history, is below this share, 0 to 1. */
  readonly uptime: { readonly below: number; readonly overMs: number } | null
  /** Every change of the verdict, reason or status is told; nothing is resolved. */
  readonly changed: boolean
  /** More than `changes` turns of the verdict within `withinMs`: told once as flapping, and once as settled. Null: never. */
  readonly flapping: { readonly changes: number; readonly withinMs: number } | null
  /** URLs that share the value of label `by` are one subject, which is down as its members are. */
  readonly group: { readonly by: string; readonly down: GroupThreshold } | null
}

/** How many members of a group must be down: a number, or a share from 0 to 1 of those that are listed, rounded up. */
export type GroupThreshold = { readonly count: number } | { readonly share: number }

/** Who else is told of what has not been acknowledged or resolved. */
export interface Escalation {
  /** After the first notification, in ms. */
  readonly afterMs: number
  /** Names of receivers. */
  readonly to: readonly string[]
}

/** One entry of `alerts:` in the configuration. */
export interface AlertRule {
  /** Unique. The state file refers to it. */
  readonly name: string
  /** All must hold; none: every URL. */
  readonly match: readonly LabelMatcher[]
  /** Names of receivers, at least one. */
  readonly to: readonly string[]
  readonly severity: AlertSeverity
  readonly conditions: RuleConditions
  /** Labels by whose values alerts are put into one notification; none: all alerts of the rule of one kind are. */
  readonly groupBy: readonly string[]
  /** How long it waits for more that belongs into the same notification, in ms. */
  readonly groupWaitMs: number
  /** Told again while it lasts, in ms; null: never. */
  readonly repeatMs: number | null
  readonly escalations: readonly Escalation[]
  /** A URL that this rule has taken for a kind of alert is offered to the rules below too. */
  readonly continues: boolean
  /** Muted while an alert of another rule fires for a URL with the same values of these labels. */
  readonly inhibitedBy: readonly Inhibition[]
}

/** An alert of rule `rule` mutes those with equal values of all labels of `equal`. */
export interface Inhibition {
  readonly rule: string
  /** At least one. */
  readonly equal: readonly string[]
}

/** When nobody is told of some URLs. */
export interface MaintenanceWindow {
  /** Shown on the page; unique. */
  readonly name: string
  readonly match: readonly LabelMatcher[]
  /** Either a cron expression with how long each occurrence lasts, or one span in ms since the epoch. */
  readonly when:
    | { readonly cron: string; readonly forMs: number; readonly timeZone: string }
    | { readonly from: number; readonly to: number }
}

/** Like a maintenance window, but made while headcount runs, by the API, the page or `headcount silence`. */
export interface Silence {
  readonly id: string
  /** The spellings of the only URL that it is for; none: it is for any URL, and for groups. */
  readonly urls: readonly string[]
  readonly match: readonly LabelMatcher[]
  readonly author: string
  readonly comment: string
  /** In ms since the epoch. */
  readonly from: number
  readonly to: number
  /** It goes on until its end, though the clock may be set back to before its begin. Rows of earlier versions do not have it. */
  readonly hasBegun?: boolean
}

/** A request made while headcount is healthy, so that somebody notices when it is not. */
export interface Heartbeat {
  readonly url: string
  readonly intervalMs: number
}

/** `receivers:`, `alerts:`, `maintenance:` and `heartbeat:` of the configuration, checked. */
export interface AlertConfig {
  readonly receivers: readonly ReceiverConfig[]
  readonly rules: readonly AlertRule[]
  readonly maintenance: readonly MaintenanceWindow[]
  readonly heartbeat: Heartbeat | null
}

/** One entry of `receivers:`. */
export interface ReceiverConfig {
  readonly name: string
  /** A row of the table of receivers, such as `webhook`. */
  readonly type: string
  /** Its keys as the configuration has them, checked by the receiver's own row; secrets filled in. It can be cloned to another thread. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The receiver that gets what this one could not be told; null: it is kept as a dead letter. */
  readonly fallback: string | null
  /** How long this one is tried before the fallback gets what it could not be told, in ms. */
  readonly fallbackAfterMs: number
  /** The most notifications in a minute. */
  readonly perMinute: number
}
