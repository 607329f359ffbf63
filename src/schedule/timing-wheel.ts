import { NONE } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/** One slot for each ms. A Resource that is due more than 65,536 ms ahead stays in its slot for further rounds. */
const SLOTS = 65_536
/** The slot of those for whose ms the wheel had turned already when they were added. */
const OVERDUE = SLOTS

/**
 * The sleeping Resources by due time: a hashed timing wheel (Varghese and Lauck, SOSP 1987), chained by the links. Adding
 * and waking cost the same for ten Resources and for a million; the cost of a heap grows with their number. Due times are
 * rounded up to whole ms, so no Resource wakes early.
 */
export class TimingWheel {
  readonly #links: Links
  readonly #dueAt: (id: number) => number
  readonly #slots = new Uint32Array(SLOTS + 1).fill(NONE)
  /** The last ms whose slot was emptied. */
  #tick: number
  #size = 0

  constructor(links: Links, dueAt: (id: number) => number, now: number) {
    this.#links = links
    this.#dueAt = dueAt
    this.#tick = Math.floor(now)
  }

  /** How many Resources are asleep. */
  get size(): number {
    return this.#size
  }

  /** Adds a Resource until its due time. If that has passed, it wakes at the next `advance`. */
  add(id: number): void {
    this.#size++
    this.#put(id, this.#slotOf(id))
  }

  /** Removes a Resource, whose due time must be as it was when it was added. Throws when it is not asleep. */
  remove(id: number): void {
    const slot = this.#slotOf(id)
    const { next } = this.#links
    const after = next[id] as number
    this.#size--
    if (this.#slots[slot] === id) {
      this.#slots[slot] = after
      return
    }
    let before = this.#slots[slot] as number
    while (before !== NONE && next[before] !== id) before = next[before] as number
    if (before === NONE) throw new Error(`Resource ${id} is not asleep`)
    next[before] = after
  }

  /** Removes the Resources that are due at `now` and calls `wake` with each. `now` may be ahead of the clock, and lower than it was before. */
  advance(now: number, wake: (id: number) => void): void {
    const until = Math.floor(now)
    const from = Math.max(this.#tick + 1, until - SLOTS + 1)
    if (until > this.#tick) this.#tick = until
    this.#empty(OVERDUE, until, wake)
    for (let tick = from; tick <= until; tick++) this.#empty(tick % SLOTS, until, wake)
  }

  /** No Resource is due before this, in ms on the monotonic clock, at most a round of the wheel ahead. Null when none is asleep. */
  nextAt(): number | null {
    if (this.#size === 0) return null
    let overdueAt = Infinity
    for (let id = this.#slots[OVERDUE] as number; id !== NONE; id = this.#links.next[id] as number)
      overdueAt = Math.min(overdueAt, Math.ceil(this.#dueAt(id)))
    if (overdueAt < Infinity) return overdueAt
    for (let tick = this.#tick + 1; tick <= this.#tick + SLOTS; tick++) {
      if (this.#slots[tick % SLOTS] !== NONE) return tick
    }
    return this.#tick + SLOTS
  }

  /** Wakes the Resources of a slot that are due; the others stay for another round. */
  #empty(slot: number, until: number, wake: (id: number) => void): void {
    let id = this.#slots[slot] as number
    this.#slots[slot] = NONE
    while (id !== NONE) {
      const next = this.#links.next[id] as number
      if (Math.ceil(this.#dueAt(id)) <= until) {
        this.#size--
        wake(id)
      } else {
        this.#put(id, slot)
      }
      id = next
    }
  }

  /** The slot of a Resource that is asleep. One that was added before its ms does not sleep any more once the wheel has turned past that. */
  #slotOf(id: number): number {
    const due = Math.ceil(this.#dueAt(id))
    return due <= this.#tick ? OVERDUE : due % SLOTS
  }

  #put(id: number, slot: number): void {
    this.#links.next[id] = this.#slots[slot] as number
    this.#slots[slot] = id
  }
}
