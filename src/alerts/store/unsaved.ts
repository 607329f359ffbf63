import type { Silence } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import type { AlertRow, GroupRow, PlannerMarks, PlannerTurn } from '../plan/planner-state.ts'
import { deliveryKey } from './delivery-row.ts'
import type { DeliveryRow } from './delivery-row.ts'

/** Rows that are not in the file yet; null: the row is removed. Bounded by the rows of the file. */
export class Unsaved {
  readonly alerts = new Map<string, AlertRow | null>()
  readonly groups = new Map<string, GroupRow | null>()
  readonly silences = new Map<string, Silence | null>()
  readonly notifications = new Map<number, Notification>()
  /** By `deliveryKey`. */
  readonly deliveries = new Map<string, DeliveryRow>()
  /** By `routeKey`. */
  readonly fallbacks = new Map<string, string | null>()
  /** Until when nothing is sent to a receiver, by its name. */
  readonly pauses = new Map<string, number | null>()
  marks: PlannerMarks | null = null

  turn(turn: PlannerTurn): void {
    for (const [key, row] of turn.alerts) this.alerts.set(key, row)
    for (const [key, row] of turn.groups) this.groups.set(key, row)
    for (const [key, row] of turn.silences) this.silences.set(key, row)
    for (const { sequence, notification } of turn.notifications)
      this.notifications.set(sequence, notification)
    this.marks = turn.marks ?? this.marks
  }

  delivery(row: DeliveryRow): void {
    this.deliveries.set(deliveryKey(row), row)
  }

  get isEmpty(): boolean {
    return this.marks === null && this.#sets.every(({ size }) => size === 0)
  }

  clear(): void {
    for (const set of this.#sets) set.clear()
    this.marks = null
  }

  get #sets(): readonly Pick<Map<unknown, unknown>, 'size' | 'clear'>[] {
    const { alerts, groups, silences, notifications, deliveries, fallbacks, pauses } = this
    return [alerts, groups, silences, notifications, deliveries, fallbacks, pauses]
  }
}
