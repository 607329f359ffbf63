import type { AlertPhase, GroupRow } from '../plan/planner-state.ts'
import type { Alert } from '../alert.ts'
import type { LabelMatcher, Silence } from '../alert-rule.ts'

/** What the web thread asks the alerter. Times in ms since the epoch. */
export type AlertQuestion =
  /** Alerts that fire, or whose end is to be told yet, the oldest first. */
  | { readonly type: 'alerts'; readonly limit: number }
  /** Deliveries that ended so, or have not ended, the last first. */
  | { readonly type: 'deliveries'; readonly state: 'sent' | 'pending' | 'dead'; readonly limit: number }
  | { readonly type: 'silences' }
  /** Maintenance windows, in the order of the configuration. */
  | { readonly type: 'maintenance' }
  /** Nobody is told of some alerts. */
  | { readonly type: 'silence'; readonly silence: NewSilence }
  /** A silence ends before its time. */
  | { readonly type: 'endSilence'; readonly id: string }
  /** Somebody looks after a group of alerts, named by its key or that of one of its alerts. */
  | { readonly type: 'acknowledge'; readonly key: string; readonly by: string }

/** A silence without what the alerter gives it. */
export interface NewSilence {
  /** Of the silence that it replaces; null: it is another one. */
  readonly id: string | null
  readonly urls: readonly string[]
  readonly match: readonly LabelMatcher[]
  readonly author: string
  readonly comment: string
  /** Null: now. */
  readonly from: number | null
  readonly to: number
}

/** What the alerter answers, by the type of the question. */
export interface AlertAnswers {
  readonly alerts: AlertList
  readonly deliveries: DeliveryList
  readonly silences: SilenceList
  readonly maintenance: MaintenanceList
  /** Its id; null: there is none to replace, it would be over at once, its match cannot be used, or there are too many, as `why` says. */
  readonly silence: { readonly id: string | null; readonly why: string }
  /** Whether there was one. */
  readonly endSilence: Done
  /** Whether any of it fires that was told. */
  readonly acknowledge: Done
}

/** Whether it was done. */
export interface Done {
  readonly isDone: boolean
}

/** An alert, and what is told of it. */
export interface ListedAlert {
  readonly alert: Alert
  readonly phase: AlertPhase
  /** Maintenance, a silence or another alert keeps it from being told. */
  readonly isMuted: boolean
  readonly groupKey: string
  readonly acknowledged: GroupRow['acknowledged']
}

/** The first alerts, and how many there are. */
export interface AlertList {
  readonly alerts: readonly ListedAlert[]
  readonly total: number
}

/** A notification for one receiver. */
export interface ListedDelivery {
  /** Of the notification: the idempotency key. */
  readonly id: string
  readonly receiver: string
  /** One line in plain words. */
  readonly title: string
  readonly groupKey: string
  readonly attempts: number
  readonly createdAt: number
  /** Null while it is pending. */
  readonly finishedAt: number | null
  /** What came of the last attempt, for people; '' before it. */
  readonly said: string
}

export interface DeliveryList {
  readonly deliveries: readonly ListedDelivery[]
  /** Notifications that must be sent yet. */
  readonly pending: number
}

export interface SilenceList {
  readonly silences: readonly Silence[]
}

/** A maintenance window, with when it is open: now or next; null: it does not come again. */
export interface ListedWindow {
  readonly name: string
  readonly match: readonly LabelMatcher[]
  readonly span: { readonly from: number; readonly to: number } | null
  readonly isOpen: boolean
}

export interface MaintenanceList {
  readonly windows: readonly ListedWindow[]
}
