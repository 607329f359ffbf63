import { StoreError } from '../../sqlite/store-error.ts'
import type { Notification } from '../notification.ts'
import { EMPTY_TURN } from '../plan/planner-state.ts'
import type { PlannerTurn, SavedPlan } from '../plan/planner-state.ts'
import { AlertFile } from './alert-file.ts'
import type { AlertFileOptions } from './alert-file.ts'
import { deliveryKey, pendingRow, routeKey } from './delivery-row.ts'
import type { DeliveryRow, DeliveryState } from './delivery-row.ts'
import { Unsaved } from './unsaved.ts'

/** How many deliveries that were sent, and how many that are dead, the file keeps. */
export const KEPT_DELIVERIES = 1_000
/** So many end between two prunings. */
const PRUNE_EVERY = 100
/** After a failed write, so long passes until the next, in ms. */
const RETRY_MS = 5_000
/** All that is not in the file if it is lost while headcount runs. */
export type TakeSnapshot = () => PlannerTurn

/**
 * What fires, what was told to whom, and what must be told yet, in a file or in memory. Each method that changes something is one
 * transaction, on the disk when it returns. When the file cannot be written, all goes on in memory, `warn` is told once, and a later
 * change, or `retry`, writes all that is missing.
 */
export class AlertStore {
  readonly #file: AlertFile
  readonly #options: AlertFileOptions
  readonly #unsaved = new Unsaved()
  /** Who were told of a group in place of a receiver, by `routeKey`, with spaces between. Bounded by the groups that fire. */
  readonly #fallbacks: Map<string, string>
  /** By the name of the receiver. Bounded by the receivers that have asked for a pause that is not over. */
  readonly #pauses: Map<string, number>
  #takeSnapshot: TakeSnapshot = () => EMPTY_TURN
  #ended = 0
  /** Null: all is written. */
  #retryAt: number | null = null
  /** Opens or creates a file, or IN_MEMORY. Throws a StoreError for one that is in use, of a newer headcount, or something else. */
  constructor(file: string, options: AlertFileOptions) {
    this.#options = options
    this.#file = new AlertFile(file, options)
    this.#fallbacks = new Map(this.#file.read((tables) => tables.readFallbacks()))
    this.#pauses = new Map(this.#file.read((tables) => tables.readPauses()))
    for (const [receiver, until] of this.#pauses) if (until <= options.now()) this.setPause(receiver, null)
  }

  /** Who knows all rows, should the file be lost while headcount runs. */
  set takeSnapshot(takeSnapshot: TakeSnapshot) {
    this.#takeSnapshot = takeSnapshot
  }

  /** Random, made with the file. */
  get instance(): string {
    return this.#file.read((tables) => tables.instance)
  }

  /** What the planner begins with. */
  loadPlan(): SavedPlan {
    return this.#file.read((tables) => tables.readPlan())
  }

  /** What must be sent yet, in the order in which it was made. */
  loadPending(): readonly DeliveryRow[] {
    return this.#file.read((tables) => tables.readPending())
  }

  /** When `retry` is due, in ms since the epoch; Infinity while all is written. */
  get retryAt(): number {
    return this.#retryAt ?? Infinity
  }

  /** Writes what could not be written, if RETRY_MS have passed. */
  retry(): void {
    if (this.#retryAt !== null) this.#save()
  }

  /** Deliveries that ended last, or the last ones that have not ended, the last first. */
  latest(state: DeliveryState, limit: number): readonly DeliveryRow[] {
    const unsaved = [...this.#unsaved.deliveries.values()].filter((row) => row.state === state)
    const saved = this.#file.read((tables) => tables.readLatest(state, limit))
    const others = saved.filter((row) => !this.#unsaved.deliveries.has(deliveryKey(row)))
    return [...unsaved.toReversed(), ...others].slice(0, limit)
  }

  /** Null if there is none. Throws a StoreError if it cannot be read. */
  notification(sequence: number): Notification | null {
    return (
      this.#unsaved.notifications.get(sequence) ??
      this.#file.read((tables) => tables.readNotification(sequence))
    )
  }

  /** Whether a receiver has, or had, a delivery of a notification. Throws a StoreError if it cannot be read. */
  hasDelivery(row: Pick<DeliveryRow, 'sequence' | 'receiver'>): boolean {
    if (this.#unsaved.deliveries.has(deliveryKey(row))) return true
    return this.#file.read((tables) => tables.readDelivery(row.sequence, row.receiver)) !== null
  }

  /** Writes what a turn of the planner changed, and what is to be sent. Returns that. */
  write(turn: PlannerTurn): readonly DeliveryRow[] {
    const now = this.#options.now()
    const rows = turn.notifications.flatMap(({ sequence, notification: { groupKey }, receivers }) =>
      receivers.map((receiver) => pendingRow({ sequence, receiver, groupKey }, now)),
    )
    this.#unsaved.turn(turn)
    for (const row of rows) this.#unsaved.delivery(row)
    this.#save()
    return rows
  }

  /** Writes what has become of deliveries. */
  update(...rows: readonly DeliveryRow[]): void {
    for (const row of rows) {
      this.#unsaved.delivery(row)
      if (row.state !== 'pending') this.#ended += 1
    }
    this.#save()
  }

  /** Who are told of a group in place of a receiver, or as well: more than one if the configuration has named others since. */
  fallbacks(delivery: Pick<DeliveryRow, 'groupKey' | 'receiver'>): readonly string[] {
    return this.#fallbacks.get(routeKey(delivery))?.split(' ') ?? []
  }

  /** One more, null: none any more. It is written with the next change. */
  setFallback(delivery: Pick<DeliveryRow, 'groupKey' | 'receiver'>, fallback: string | null): void {
    const key = routeKey(delivery)
    if (fallback === null) this.#fallbacks.delete(key)
    else this.#fallbacks.set(key, [...new Set([...this.fallbacks(delivery), fallback])].join(' '))
    this.#unsaved.fallbacks.set(key, this.#fallbacks.get(key) ?? null)
  }

  /** Until when receivers have asked to be left alone, by name, in ms since the epoch. */
  get pauses(): ReadonlyMap<string, number> {
    return this.#pauses
  }

  /** It is written with the next change. Null: it is over. */
  setPause(receiver: string, until: number | null): void {
    if (until !== null) this.#pauses.set(receiver, until)
    else if (!this.#pauses.delete(receiver)) return
    this.#unsaved.pauses.set(receiver, until)
  }

  close(): void {
    this.#retryAt = null
    this.#save()
    this.#file.close()
  }

  #save(): void {
    if (this.#unsaved.isEmpty || this.#options.now() < (this.#retryAt ?? -Infinity)) return
    try {
      this.#write()
      if (this.#retryAt !== null) this.#options.warn(`${this.#file.name}: it is written again`)
      this.#retryAt = null
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      if (this.#retryAt === null)
        this.#options.warn(
          `${error.message}; alerts are sent from memory until it can be written, and may be sent again after a restart`,
        )
      this.#retryAt = this.#options.now() + RETRY_MS
    }
  }

  #write(): void {
    try {
      this.#commit()
    } catch (error) {
      if (!(error instanceof StoreError) || !['damaged', 'removed'].includes(error.fault)) throw error
      this.#begin(error)
      this.#commit()
    }
  }

  #commit(): void {
    const isToPrune = this.#ended >= PRUNE_EVERY
    this.#file.write((tables) => {
      tables.write(this.#unsaved)
      if (isToPrune) tables.prune(KEPT_DELIVERIES)
    })
    if (isToPrune) this.#ended = 0
    this.#unsaved.clear()
  }

  /** Puts all that is known into a new file. What was to be sent is read from the old one, as far as that can be read. */
  #begin(error: StoreError): void {
    for (const row of this.#file.salvage((tables) => tables.readPending()) ?? []) {
      if (this.#unsaved.deliveries.has(deliveryKey(row))) continue
      const notification = this.#file.salvage((tables) => tables.readNotification(row.sequence))
      if (notification === null) continue
      this.#unsaved.delivery(row)
      this.#unsaved.notifications.set(row.sequence, notification)
    }
    this.#unsaved.turn(this.#takeSnapshot())
    for (const [key, fallback] of this.#fallbacks) this.#unsaved.fallbacks.set(key, fallback)
    for (const [receiver, until] of this.#pauses) this.#unsaved.pauses.set(receiver, until)
    this.#file.replace(error)
  }
}
