/**
 * Polls or probes, 500 a second. With more, the threads of a process take fewer CPU seconds with large heaps. Not many are those with
 * which a list begins, 512 at once for each of a few pollers: they come again at each interval.
 */
const MANY = 5_000
const PERIOD_MS = 10_000

/** Tells whether more is polled within ten seconds than by a process that has little to do. Times are in ms on the monotonic clock. */
export class BusyMeter {
  #count = Number.NEGATIVE_INFINITY
  #periodEndsAt: number

  /** `from`: what happens before does not count. */
  constructor(from: number) {
    this.#periodEndsAt = from
  }

  /** So many polls begin now. Returns whether they are many, with those before in this period. */
  add(count: number, now: number): boolean {
    if (now >= this.#periodEndsAt) {
      this.#count = 0
      this.#periodEndsAt = now + PERIOD_MS
    }
    this.#count += count
    return this.#count > MANY
  }
}
