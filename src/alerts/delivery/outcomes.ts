import type { Notification } from '../notification.ts'
import type { AlertStore } from '../store/alert-store.ts'
import { pendingRow } from '../store/delivery-row.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import type { DeliveryCounts } from './delivery-counts.ts'

/** Writes what has become of deliveries, and who is told in place of a receiver. */
export class Outcomes {
  readonly #store: AlertStore
  readonly #counts: DeliveryCounts
  readonly #warn: (line: string) => void
  /** Receivers whose last attempt failed and is made again. Bounded by those that configurations have named. */
  readonly #failing = new Set<string>()

  constructor(store: AlertStore, counts: DeliveryCounts, warn: (line: string) => void) {
    this.#store = store
    this.#counts = counts
    this.#warn = warn
  }

  /** It was sent. Returns the delivery to the fallback, if that was told of the group before; null without one. */
  sent(row: DeliveryRow, notification: Notification, said: string, now: number): DeliveryRow | null {
    this.#counts.add(row.receiver, 'sent')
    if (this.#failing.delete(row.receiver)) this.#warn(`receiver ${row.receiver}: it is sent again`)
    const copy = this.#copyFor(row, this.#store.fallback(row), now)
    if (isEnd(notification)) this.#store.setFallback(row, null)
    this.#write({ ...row, state: 'sent', finishedAt: now, said }, copy)
    return copy
  }

  /**
   * It cannot be sent. `notification`: null if it cannot be read. Returns the delivery to the fallback, unless that has it already; null
   * without one.
   */
  failed(
    row: DeliveryRow,
    notification: Notification | null,
    said: string,
    fallback: string | null,
    now: number,
  ): DeliveryRow | null {
    const copy = notification === null ? null : this.#copyFor(row, fallback, now)
    const state = copy === null ? 'dead' : 'fallback'
    this.#counts.add(row.receiver, state)
    this.#warn(
      `receiver ${row.receiver}: a notification could not be sent: ${said}${copy === null ? '' : `; ${copy.receiver} gets it`}`,
    )
    if (notification !== null && isEnd(notification)) this.#store.setFallback(row, null)
    else if (copy !== null && (notification?.firing ?? 0) > 0) this.#store.setFallback(row, copy.receiver)
    this.#write({ ...row, state, finishedAt: now, said }, copy)
    return copy
  }

  /** Another attempt will be made. Only the first of several that fail is reported. */
  retried(row: DeliveryRow): void {
    this.#counts.add(row.receiver, 'failed')
    if (!this.#failing.has(row.receiver))
      this.#warn(`receiver ${row.receiver}: not sent, it is tried again: ${row.said}`)
    this.#failing.add(row.receiver)
    this.#store.update(row)
  }

  /** Whether another receiver, unless it is null, can get it: it has no delivery of that notification. */
  canCopy({ sequence }: DeliveryRow, receiver: string | null): receiver is string {
    return receiver !== null && !this.#store.hasDelivery({ sequence, receiver })
  }

  #copyFor(row: DeliveryRow, receiver: string | null, now: number): DeliveryRow | null {
    return this.canCopy(row, receiver) ? pendingRow({ ...row, receiver }, now) : null
  }

  #write(row: DeliveryRow, copy: DeliveryRow | null): void {
    this.#store.update(...(copy === null ? [row] : [row, copy]))
  }
}

/** What the key of its group names is over: nothing else comes of it. */
function isEnd({ status, firing }: Notification): boolean {
  return status === 'resolved' && firing === 0
}
