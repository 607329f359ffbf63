const SECOND_MS = 1_000

/** Tells whether more happens within a second than a process does that has little to do. Times are in ms on the monotonic clock. */
export class BusyMeter {
  readonly #most: number
  #count = Number.NEGATIVE_INFINITY
  #secondEndsAt: number

  /** `most`: how many things a second are few. `from`: what happens before does not count. */
  constructor(most: number, from: number) {
    this.#most = most
    this.#secondEndsAt = from
  }

  /** So many things have happened now. Returns whether they are many, with those before in this second. */
  add(count: number, now: number): boolean {
    if (now >= this.#secondEndsAt) {
      this.#count = 0
      this.#secondEndsAt = now + SECOND_MS
    }
    this.#count += count
    return this.#count > this.#most
  }
}
