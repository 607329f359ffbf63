import type { Alert } from '../alert.ts'
import type { AlertKind, Silence } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'

/**
 * Where an alert is on its way to people:
 * - `waiting`: it fires, and is told when the wait of its group is over
 * - `muted`: it fires, and is told once nothing mutes it any more
 * - `told`: it fires, and was told
 * - `resolved`, `unwatched`: it was told, it is over, and its end is told when the wait of its group is over
 */
export type AlertPhase = 'waiting' | 'muted' | 'told' | 'resolved' | 'unwatched'

/** One alert of the planner, as the store keeps it. */
export interface AlertRow {
  readonly groupKey: string
  readonly phase: AlertPhase
  /** Once it was told, with the labels that it was told with: receivers know it again by them. */
  readonly alert: Alert
  /** Of its URL now, where they are others than it was told with: what mutes it goes by them. Older files do not have it. */
  readonly labels?: Alert['labels']
}

/** Whether the condition of an alert holds; false: only its end is to be told. */
export function isFiring({ phase }: Pick<AlertRow, 'phase'>): boolean {
  return phase !== 'resolved' && phase !== 'unwatched'
}

/** Somebody looks after it: it is neither repeated nor escalated until an alert joins the group. */
export interface Acknowledgement {
  readonly by: string
  /** In ms since the epoch. */
  readonly at: number
}

/** One group of alerts, as the store keeps it: those of one rule and kind with equal values of the labels it groups by. Times are in ms since the epoch. */
export interface GroupRow {
  readonly key: string
  readonly rule: string
  readonly kind: AlertKind
  /** When what turned is told; null: nothing turned. */
  readonly waitUntil: number | null
  /** When it is told again; null: never. */
  readonly repeatAt: number | null
  /** Until when alerts that join can put that off; null: none has. Older files do not have it. */
  readonly repeatBy?: number | null
  /** The time that escalations are counted from; null: nothing was told. */
  readonly escalateFrom: number | null
  /** How many escalations were told, or count as told. */
  readonly escalated: number
  /** The receivers of each escalation that was told, in order: the rule may be another one after a restart. Older files do not have it. */
  readonly escalatedTo?: readonly (readonly string[])[]
  readonly acknowledged: Acknowledgement | null
  /** The id of the first notification; null: nothing was told, or all of it is over. */
  readonly firstId: string | null
  /** Receivers that were told of the group: they are told of its end too. */
  readonly notified: readonly string[]
}

/** A notification with the receivers that get it. */
export interface PlannedNotification {
  /** They are sent in this order. Never used twice in one state file. */
  readonly sequence: number
  readonly notification: Notification
  readonly receivers: readonly string[]
}

/** Figures of the planner that belong to no row. */
export interface PlannerMarks {
  /** Of the last notification. */
  readonly sequence: number
  /** When this was written, in ms since the epoch: time in which nobody watched is not counted. */
  readonly savedAt: number
}

/** What one turn changed, to be written in one transaction. A row that is null is removed. */
export interface PlannerTurn {
  readonly notifications: readonly PlannedNotification[]
  /** By the key of the alert. */
  readonly alerts: ReadonlyMap<string, AlertRow | null>
  /** By the key of the group. */
  readonly groups: ReadonlyMap<string, GroupRow | null>
  /** By id. */
  readonly silences: ReadonlyMap<string, Silence | null>
  /** Null: nothing is to be written. */
  readonly marks: PlannerMarks | null
}

/** Everything that a planner begins with. */
export interface SavedPlan {
  readonly alerts: readonly AlertRow[]
  readonly groups: readonly GroupRow[]
  readonly silences: readonly Silence[]
  /** Null: it is new. */
  readonly marks: PlannerMarks | null
}

/** Nothing changed. */
export const EMPTY_TURN: PlannerTurn = {
  notifications: [],
  alerts: new Map(),
  groups: new Map(),
  silences: new Map(),
  marks: null,
}
