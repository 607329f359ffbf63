/** Polls or probes a second. With more, the threads of a process take fewer CPU seconds with large heaps. */
const MANY_A_SECOND = 500
const SECOND_MS = 1_000

/** Tells whether more is polled within a second than by a process that has little to do. Times are in ms on the monotonic clock. */
export class BusyMeter {
  #count = Number.NEGATIVE_INFINITY
  #secondEndsAt: number

  /** `from`: what happens before does not count. */
  constructor(from: number) {
    this.#secondEndsAt = from
  }

  /** So many polls begin now. Returns whether they are many, with those before in this second. */
  add(count: number, now: number): boolean {
    if (now >= this.#secondEndsAt) {
      this.#count = 0
      this.#secondEndsAt = now + SECOND_MS
    }
    this.#count += count
    return this.#count > MANY_A_SECOND
  }
}
