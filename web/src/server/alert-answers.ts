/** An alert, as `/api/v1/alerts` has it. */
export interface AlertRow {
  /** The same for the same rule, kind and URL. */
  readonly key: string
  readonly groupKey: string
  readonly rule: string
  readonly kind: string
  readonly severity: 'info' | 'warning' | 'critical'
  /** Empty for a group. */
  readonly url: string
  /** `label=value` for a group, otherwise empty. */
  readonly group: string
  readonly labels: Readonly<Record<string, string>>
  readonly since: string
  readonly summary: string
  readonly phase: 'waiting' | 'muted' | 'told' | 'resolved' | 'unwatched'
  readonly muted: boolean
  readonly acknowledged: { readonly by: string; readonly at: string } | null
}

/** The oldest alerts, and how many there are. */
export interface AlertList {
  readonly alerts: readonly AlertRow[]
  readonly total: number
}

/** A condition on a label, as `label.NAME` has it. */
export interface LabelCondition {
  readonly label: string
  readonly value: string
}

/** A silence, as `/api/v1/silences` has it. */
export interface SilenceRow {
  readonly id: string
  readonly author: string
  readonly comment: string
  /** Null: of any URL. */
  readonly url: string | null
  readonly match: readonly LabelCondition[]
  readonly from: string
  readonly to: string
}

export interface SilenceList {
  readonly silences: readonly SilenceRow[]
}

/** A maintenance window, as `/api/v1/maintenance` has it: open now, or when it opens next; null: never. */
export interface WindowRow {
  readonly name: string
  readonly match: readonly LabelCondition[]
  readonly open: boolean
  readonly from: string | null
  readonly to: string | null
}

export interface MaintenanceList {
  readonly windows: readonly WindowRow[]
}

/** What has become of a notification: `pending`, it is tried again; `dead`, nobody was told. */
export type NotificationState = 'sent' | 'pending' | 'dead'

/** A notification for one receiver, as `/api/v1/notifications` has it. */
export interface NotificationRow {
  readonly id: string
  readonly receiver: string
  /** One line in plain words. */
  readonly title: string
  readonly failedAttempts: number
  readonly createdAt: string
  /** Null while it is tried again. */
  readonly finishedAt: string | null
  /** What came of the last attempt; empty before it. */
  readonly said: string
}

export interface NotificationList {
  readonly notifications: readonly NotificationRow[]
}
