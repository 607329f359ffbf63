import type { Sender } from '../sender.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import { Heap } from './heap.ts'
import { RateLimit } from './rate-limit.ts'

/** A receiver, as the queue sees it. */
export interface QueuedReceiver {
  readonly sender: Sender
  /** What it is sent to and how, as a text: another one may take what this one did not. */
  readonly settings: string
  /** The receiver that gets what this one could not be told; null: nobody. */
  readonly fallback: string | null
  /** How long this one is tried before the fallback gets it, in ms. */
  readonly fallbackAfterMs: number
  /** The most attempts in a minute. */
  readonly perMinute: number
}

/** So many attempts are under way to one receiver at a time, and so many deliveries wait for it. */
const MAX_IN_FLIGHT = 4
const MAX_WAITING = 100_000
/** So many are given to the fallback at a time: each is a transaction. */
const MAX_LATE = 100

/** What waits for one receiver: of each group the first only, so that no end of an alert overtakes its beginning. Times are in ms since the epoch. */
export class ReceiverQueue {
  /** Null: the configuration has no such receiver. */
  receiver: QueuedReceiver | null
  readonly #began: number
  #limit: RateLimit
  /** By the key of the group, the first is in the heap or under way. At most MAX_WAITING deliveries. */
  readonly #byGroup = new Map<string, DeliveryRow[]>()
  #heads = newHeap()
  #waiting = 0
  /** Groups whose first delivery is with the receiver. At most MAX_IN_FLIGHT. */
  readonly #underWay = new Set<string>()
  #pausedUntil = -Infinity
  /** Since when every attempt has failed; null: the last one has not. */
  #failingSince: number | null = null
  /** When the next delivery may have waited for too long. */
  #lateAt = Infinity

  /** `began`: what was made before has waited since then, as nobody has tried it meanwhile. */
  constructor(receiver: QueuedReceiver | null, began: number) {
    this.receiver = receiver
    this.#began = began
    this.#limit = new RateLimit(receiver?.perMinute ?? Infinity)
  }

  /** Returns whether the receiver is another one now: what waits is tried at once. */
  configure(receiver: QueuedReceiver | null, now: number): boolean {
    const before = this.receiver
    const isSameLimit = receiver?.perMinute === before?.perMinute
    if (!isSameLimit) this.#limit = new RateLimit(receiver?.perMinute ?? Infinity)
    this.receiver = receiver
    this.#lateAt = now
    if (receiver === null || (receiver.settings === before?.settings && isSameLimit)) return false
    this.#pausedUntil = -Infinity
    this.#failingSince = null
    for (const [groupKey, queued] of this.#byGroup)
      if (!this.#underWay.has(groupKey)) queued[0] = { ...(queued[0] as DeliveryRow), dueAt: now }
    this.#fillHeads()
    return true
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
    this.#lateAt = Math.min(this.#lateAt, this.deadline(row))
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

  /** When `take` returns the next, or `takeLate` others, unless an attempt ends before; Infinity: not by time alone. */
  get nextDue(): number {
    return Math.min(this.#nextAttempt, this.#nextLate)
  }

  get #nextAttempt(): number {
    const { first } = this.#heads
    if (first === undefined || this.#underWay.size >= MAX_IN_FLIGHT) return Infinity
    return this.receiver === null ? -Infinity : Math.max(first.dueAt, this.#pausedUntil, this.#limit.nextAt)
  }

  get #nextLate(): number {
    if (this.#failingSince === null || this.#heads.first === undefined) return Infinity
    return Math.max(this.#lateAt, this.#failingSince + this.#afterMs)
  }

  get #afterMs(): number {
    return this.receiver?.fallback == null ? Infinity : this.receiver.fallbackAfterMs
  }

  /** Takes the next delivery that may be tried now; null if there is none. `retry` or `finish` has to follow. */
  take(now: number): DeliveryRow | null {
    if (this.#nextAttempt > now) return null
    const row = this.#heads.shift() ?? null
    if (row !== null) this.#underWay.add(row.groupKey)
    this.#limit.pass(now)
    return row
  }

  /**
   * Takes deliveries that have waited for too long while the receiver took nothing, also those that may not be tried now. `isToldElsewhere`: the
   * fallback has one of its own. `finish` has to follow for each.
   */
  takeLate(now: number, isToldElsewhere: (row: DeliveryRow) => boolean): readonly DeliveryRow[] {
    if (this.#nextLate > now) return []
    const late: DeliveryRow[] = []
    this.#lateAt = Infinity
    for (const [first] of this.#byGroup.values()) {
      if (first === undefined || this.#underWay.has(first.groupKey)) continue
      const deadline = this.deadline(first)
      if (deadline > now) this.#lateAt = Math.min(this.#lateAt, deadline)
      else if (late.length === MAX_LATE) this.#lateAt = now
      else if (!isToldElsewhere(first)) late.push(first)
      if (this.#lateAt <= now) break
    }
    for (const { groupKey } of late) this.#underWay.add(groupKey)
    if (late.length > 0) this.#fillHeads()
    return late
  }

  /** When a delivery has waited for so long that the fallback gets it, if there is one; Infinity: never. */
  deadline(row: Pick<DeliveryRow, 'createdAt'>): number {
    return Math.max(row.createdAt, this.#began) + this.#afterMs
  }

  /** An attempt has failed, and may be made again. Returns whether the fallback is to get the delivery instead. */
  failed(row: DeliveryRow, now: number): boolean {
    this.#failingSince ??= now
    return now >= Math.min(this.deadline(row), this.#failingSince + this.#afterMs)
  }

  /** The receiver has taken something. */
  succeeded(): void {
    this.#failingSince = null
  }

  /** It is tried again, when it is due. */
  retry(row: DeliveryRow): void {
    this.#underWay.delete(row.groupKey)
    const queued = this.#byGroup.get(row.groupKey)
    if (queued !== undefined) queued[0] = row
    this.#heads.push(row)
  }

  /** It is not tried again: the next of its group is. */
  finish(row: DeliveryRow): void {
    this.#underWay.delete(row.groupKey)
    this.#waiting -= 1
    const queued = this.#byGroup.get(row.groupKey)
    queued?.shift()
    const next = queued?.[0]
    if (next === undefined) this.#byGroup.delete(row.groupKey)
    else {
      this.#heads.push(next)
      this.#lateAt = Math.min(this.#lateAt, this.deadline(next))
    }
  }

  /** Nothing is tried before: the receiver asked for that, so it takes nothing. */
  pause(until: number): void {
    this.#failingSince ??= this.#began
    this.#pausedUntil = Math.max(this.#pausedUntil, until)
  }

  #fillHeads(): void {
    this.#heads = newHeap()
    for (const [groupKey, [first]] of this.#byGroup)
      if (first !== undefined && !this.#underWay.has(groupKey)) this.#heads.push(first)
  }
}

function newHeap(): Heap<DeliveryRow> {
  return new Heap((a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.sequence < b.sequence))
}
