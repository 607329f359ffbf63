import { StoreError } from '../../sqlite/store-error.ts'
import { notSent } from '../notification.ts'
import type { Notification, SendResult } from '../notification.ts'
import type { AlertStore } from '../store/alert-store.ts'
import { standInRow } from '../store/delivery-row.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import type { DeliveryCounts } from './delivery-counts.ts'

type SentResult = Extract<SendResult, { type: 'sent' }>

/** Writes what has become of deliveries, and who is told in place of a receiver. */
export class Outcomes {
  readonly #store: AlertStore
  readonly #counts: DeliveryCounts
  readonly #warn: (line: string) => void
  readonly #isThere: (receiver: string) => boolean
  /** Receivers whose last attempt failed and is made again. Bounded by those that configurations have named. */
  readonly #failing = new Set<string>()

  /** `isThere`: whether the configuration has a receiver. */
  constructor(
    { store, warn }: { readonly store: AlertStore; readonly warn: (line: string) => void },
    counts: DeliveryCounts,
    isThere: (receiver: string) => boolean,
  ) {
    this.#store = store
    this.#counts = counts
    this.#warn = warn
    this.#isThere = isThere
  }

  /** Reports who will not get it. Returns the delivery after an attempt that came to `result`, unless it was sent. */
  tried(row: DeliveryRow, result: SendResult): DeliveryRow {
    if (result.type !== 'refused' && result.except !== undefined)
      this.#warn(`receiver ${row.receiver}: sent, but not for ${result.except}`)
    const addresses = (result.type === 'retry' ? result.addresses : undefined) ?? row.addresses
    return { ...row, attempts: row.attempts + 1, addresses }
  }

  /** It was sent. Returns the deliveries to those who were told of the group before in place of the receiver. */
  sent(
    row: DeliveryRow,
    notification: Notification,
    { said, except }: SentResult,
    now: number,
  ): readonly DeliveryRow[] {
    this.#counts.add(row.receiver, 'sent')
    // Those who are left may not have got it, as was said.
    if (this.#failing.delete(row.receiver) && except === undefined)
      this.#warn(`receiver ${row.receiver}: it is sent again`)
    const copies = this.#copiesFor(row, this.#store.fallbacks(row), now)
    if (isEnd(notification)) this.#store.setFallback(row, null)
    this.#write({ ...row, state: 'sent', finishedAt: now, said, addresses: null }, copies)
    return copies
  }

  /**
   * It cannot be sent. `notification`: null if it cannot be read. Returns the deliveries to those who are told in its place, as far as they
   * do not have one already. `others`: whom the configuration names.
   */
  failed(
    row: DeliveryRow,
    notification: Notification | null,
    said: string,
    others: readonly (string | null)[],
    now: number,
  ): readonly DeliveryRow[] {
    const copies =
      notification === null ? [] : this.#copiesFor(row, this.#standIns(row, notification, others), now)
    const state = copies.length === 0 ? 'dead' : 'fallback'
    this.#counts.add(row.receiver, state)
    const names = copies.map(({ receiver }) => receiver).join(', ')
    this.#warn(
      `receiver ${row.receiver}: a notification could not be sent: ${said}${names === '' ? '' : `; ${names} gets it`}`,
    )
    if (notification !== null && isEnd(notification)) this.#store.setFallback(row, null)
    else if ((notification?.firing ?? 0) > 0)
      for (const { receiver } of copies) this.#store.setFallback(row, receiver)
    this.#write({ ...row, state, finishedAt: now, said, addresses: null }, copies)
    return copies
  }

  /** Another attempt will be made. Only the first of several that fail is reported. Returns the deliveries of an end to those who stood in. */
  retried(row: DeliveryRow, notification: Notification | null, now: number): readonly DeliveryRow[] {
    this.#counts.add(row.receiver, 'failed')
    if (!this.#failing.has(row.receiver))
      this.#warn(`receiver ${row.receiver}: ${notSent(row.addresses)}, it is tried again: ${row.said}`)
    this.#failing.add(row.receiver)
    const isEndFirstTried = row.attempts === 1 && notification?.status === 'resolved'
    const copies = isEndFirstTried ? this.#copiesFor(row, this.#told(row), now) : []
    this.#write(row, copies)
    return copies
  }

  /** Whether another receiver, unless it is null, can get it: it has no delivery of that notification, as far as can be read. */
  canCopy({ sequence }: DeliveryRow, receiver: string | null): receiver is string {
    if (receiver === null) return false
    try {
      return !this.#store.hasDelivery({ sequence, receiver })
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      return true // Rather twice than not at all.
    }
  }

  /** Who stood in for a receiver hears the rest. What is over is for them alone: another fallback, named since, knows nothing of it. */
  #standIns(
    row: DeliveryRow,
    { status }: Notification,
    others: readonly (string | null)[],
  ): readonly (string | null)[] {
    const told = this.#told(row)
    return status === 'resolved' && told.length > 0 && this.#isThere(row.receiver)
      ? told
      : [...others, ...told]
  }

  /** Who stood in for a receiver and can still be told. */
  #told(row: DeliveryRow): readonly string[] {
    return this.#store.fallbacks(row).filter((name) => this.#isThere(name))
  }

  #copiesFor(row: DeliveryRow, receivers: readonly (string | null)[], now: number): readonly DeliveryRow[] {
    return [...new Set(receivers)]
      .filter((receiver) => this.canCopy(row, receiver))
      .map((receiver) => standInRow(row, receiver, now))
  }

  #write(row: DeliveryRow, copies: readonly DeliveryRow[]): void {
    this.#store.update(row, ...copies)
  }
}

/** What the key of its group names is over: nothing else comes of it. */
function isEnd({ status, firing }: Notification): boolean {
  return status === 'resolved' && firing === 0
}
