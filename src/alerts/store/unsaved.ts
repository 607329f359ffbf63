import type { Silence } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import type { AlertRow, GroupRow, PlannerMarks, PlannerTurn } from '../plan/planner-state.ts'
import { deliveryKey } from './delivery-row.ts'
import type { DeliveryRow } from './delivery-row.ts'

/** Of the notifications that were made and have ended since the file was written last, so many are kept when there are twice as many. */
const KEPT_ENDED = 1_000

/**
 * Rows that are not in the file yet; null: the row is removed. Bounded by the rows of the file, what fires, what is to be sent, and KEPT_ENDED.
 */
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
    if (this.notifications.size > 2 * KEPT_ENDED) this.#prune()
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

  /** A notification of which one delivery is pending stays with all of them. What the file has as pending is not among these. */
  #prune(): void {
    const pending = new Set<number>()
    for (const { sequence, state } of this.deliveries.values()) if (state === 'pending') pending.add(sequence)
    const ended = [...this.notifications.keys()].filter((sequence) => !pending.has(sequence))
    const forgotten = new Set(ended.slice(0, -KEPT_ENDED))
    for (const sequence of forgotten) this.notifications.delete(sequence)
    for (const [key, { sequence }] of this.deliveries)
      if (forgotten.has(sequence)) this.deliveries.delete(key)
  }

  get #sets(): readonly Pick<Map<unknown, unknown>, 'size' | 'clear'>[] {
    const { alerts, groups, silences, notifications, deliveries, fallbacks, pauses } = this
    return [alerts, groups, silences, notifications, deliveries, fallbacks, pauses]
  }
}
