const MINUTE_MS = 60_000

/** Lets at most so many pass in any minute. Pure: time is an argument, in ms. */
export class RateLimit {
  readonly #perMinute: number
  /** When the last ones passed, the first of them first. At most `perMinute`. */
  readonly #times: number[] = []

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** When the next may pass. */
  get nextAt(): number {
    const first = this.#times[0]
    return first === undefined || this.#times.length < this.#perMinute ? -Infinity : first + MINUTE_MS
  }

  pass(now: number): void {
    this.#times.push(now)
    if (this.#times.length > this.#perMinute) this.#times.shift()
  }
}
