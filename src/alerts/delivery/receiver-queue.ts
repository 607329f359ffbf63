import type { Sender } from '../sender.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import { Heap } from './heap.ts'
import { RateLimit } from './rate-limit.ts'

/** A receiver, as the queue sees it. */
export interface QueuedReceiver {
  readonly sender: Sender
  /** The receiver that gets what this one could not be told; null: nobody. */
  readonly fallback: string | null
  /** The most attempts in a minute. */
  readonly perMinute: number
}

/** So many attempts are under way to one receiver at a time. */
const MAX_IN_FLIGHT = 4
/** So many deliveries wait for one receiver. */
const MAX_WAITING = 100_000

/** What waits for one receiver: of each group the first only, so that no end of an alert overtakes its beginning. Times are in ms since the epoch. */
export class ReceiverQueue {
  /** Null: the configuration has no such receiver. */
  receiver: QueuedReceiver | null
  #limit: RateLimit
  /** By the key of the group, the first is in the heap or under way. At most MAX_WAITING deliveries. */
  readonly #byGroup = new Map<string, DeliveryRow[]>()
  readonly #heads = new Heap<DeliveryRow>(
    (a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.sequence < b.sequence),
  )
  #waiting = 0
  #inFlight = 0
  #pausedUntil = -Infinity

  constructor(receiver: QueuedReceiver | null) {
    this.receiver = receiver
    this.#limit = new RateLimit(receiver?.perMinute ?? Infinity)
  }

  configure(receiver: QueuedReceiver | null): void {
    if (receiver?.perMinute !== this.receiver?.perMinute)
      this.#limit = new RateLimit(receiver?.perMinute ?? Infinity)
    this.receiver = receiver
  }

  /** Deliveries that are not finished. */
  get waiting(): number {
    return this.#waiting
  }

  /** Returns false if too many wait. */
  add(row: DeliveryRow): boolean {
    if (this.#waiting >= MAX_WAITING) return false
    this.#waiting += 1
    const queued = this.#byGroup.get(row.groupKey)
    if (queued !== undefined) queued.push(row)
    else {
      this.#byGroup.set(row.groupKey, [row])
      this.#heads.push(row)
    }
    return true
  }

  /** The last delivery about a group, unless it is the first, which may be under way; null: there is none. */
  lastBehindFirst(groupKey: string): DeliveryRow | null {
    const queued = this.#byGroup.get(groupKey) ?? []
    return queued.length > 1 ? (queued.at(-1) ?? null) : null
  }

  /** Forgets that delivery. */
  dropLast(groupKey: string): void {
    this.#byGroup.get(groupKey)?.pop()
    this.#waiting -= 1
  }

  /** When `take` returns the next, unless an attempt ends before; Infinity: not by time alone. */
  get nextDue(): number {
    const { first } = this.#heads
    if (first === undefined || this.#inFlight >= MAX_IN_FLIGHT) return Infinity
    return this.receiver === null ? -Infinity : Math.max(first.dueAt, this.#pausedUntil, this.#limit.nextAt)
  }

  /** Takes the next delivery that may be tried now; null if there is none. `retry` or `finish` has to follow. */
  take(now: number): DeliveryRow | null {
    if (this.nextDue > now) return null
    this.#inFlight += 1
    this.#limit.pass(now)
    return this.#heads.shift() ?? null
  }

  /** It is tried again, when it is due. */
  retry(row: DeliveryRow): void {
    this.#inFlight -= 1
    const queued = this.#byGroup.get(row.groupKey)
    if (queued !== undefined) queued[0] = row
    this.#heads.push(row)
  }

  /** It is not tried again: the next of its group is. */
  finish(row: DeliveryRow): void {
    this.#inFlight -= 1
    this.#waiting -= 1
    const queued = this.#byGroup.get(row.groupKey)
    queued?.shift()
    const next = queued?.[0]
    if (next === undefined) this.#byGroup.delete(row.groupKey)
    else this.#heads.push(next)
  }

  /** Nothing is tried before: the receiver asked for that. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }
}
