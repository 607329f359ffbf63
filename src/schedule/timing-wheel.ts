import { NONE } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/** One slot for each ms. A Resource that is due more than 65,536 ms ahead stays in its slot for further rounds. */
const SLOTS = 65_536

/**
 * The sleeping Resources by due time: a hashed timing wheel (Varghese and Lauck, SOSP 1987), chained by the links. Adding
 * and waking cost the same for ten Resources and for a million; the cost of a heap grows with their number. Due times are
 * rounded up to whole ms, so no Resource wakes early.
 */
export class TimingWheel {
  readonly #links: Links
  readonly #dueAt: (id: number) => number
  readonly #slots = new Uint32Array(SLOTS).fill(NONE)
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
    const tick = Math.max(Math.ceil(this.#dueAt(id)), this.#tick + 1)
    this.#size++
    this.#put(id, tick)
  }

  /** Removes a Resource, whose due time must be as it was when it was added. Throws when it is not asleep. */
  remove(id: number): void {
    const slot = Math.max(Math.ceil(this.#dueAt(id)), this.#tick + 1) % SLOTS
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

  /** Removes the Resources that are due at `now` and calls `wake` with each. */
  advance(now: number, wake: (id: number) => void): void {
    const until = Math.floor(now)
    const from = Math.max(this.#tick + 1, until - SLOTS + 1)
    if (until > this.#tick) this.#tick = until
    for (let tick = from; tick <= until; tick++) {
      const slot = tick % SLOTS
      let id = this.#slots[slot] as number
      this.#slots[slot] = NONE
      while (id !== NONE) {
        const next = this.#links.next[id] as number
        const due = Math.ceil(this.#dueAt(id))
        if (due <= until) {
          this.#size--
          wake(id)
        } else {
          this.#put(id, due)
        }
        id = next
      }
    }
  }

  /** No Resource is due before this, in ms on the monotonic clock, at most a round of the wheel ahead. Null when none is asleep. */
  nextAt(): number | null {
    if (this.#size === 0) return null
    for (let tick = this.#tick + 1; tick <= this.#tick + SLOTS; tick++) {
      if (this.#slots[tick % SLOTS] !== NONE) return tick
    }
    return this.#tick + SLOTS
  }

  #put(id: number, tick: number): void {
    const slot = tick % SLOTS
    this.#links.next[id] = this.#slots[slot] as number
    this.#slots[slot] = id
  }
}
