import { NONE } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/** One slot a millisecond, 65,536 ms around: what is due later than that stays in its slot for further rounds. */
const SLOTS = 65_536

/**
 * The sleeping Resources by due time, as a hashed timing wheel (Varghese and Lauck, SOSP 1987) threaded through the
 * links: adding and waking cost the same whether ten or a million sleep, where a heap's cost grows with them. A due
 * time is rounded up to a whole ms, so nothing wakes early.
 */
export class TimingWheel {
  readonly #links: Links
  readonly #dueAt: (id: number) => number
  readonly #slots = new Uint32Array(SLOTS).fill(NONE)
  /** The last ms that was looked at. */
  #tick: number
  #size = 0

  constructor(links: Links, dueAt: (id: number) => number, now: number) {
    this.#links = links
    this.#dueAt = dueAt
    this.#tick = Math.floor(now)
  }

  /** How many sleep. */
  get size(): number {
    return this.#size
  }

  /** Puts a Resource to sleep until its due time; what is due already wakes at the next advance. */
  add(id: number): void {
    const tick = Math.max(Math.ceil(this.#dueAt(id)), this.#tick + 1)
    this.#size++
    this.#put(id, tick)
  }

  /** Takes out one that sleeps, its due time being what it was when it was put to sleep. */
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
    if (before === NONE) throw new Error(`Resource ${id} does not sleep`)
    next[before] = after
  }

  /** Wakes all that are due at `now`: calls `wake` with each. */
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

  /** No Resource is due before this, in ms on the monotonic clock, a turn of the wheel ahead at most; null when none sleeps. */
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
