/**
 * What the pollers say of this machine's uplink, as one event: a line when the first of them counts it as out, and one
 * when the last no longer does. `now` is the monotonic clock, in ms.
 */
export class Uplinks {
  readonly #now: () => number
  readonly #say: (line: string) => void
  /** Pollers that count it as out. */
  readonly #out = new Set<number>()
  #since = 0

  constructor(now: () => number, say: (line: string) => void) {
    this.#now = now
    this.#say = say
  }

  /** Poller `number` counts it as out, and why; null: not any more. */
  tell(number: number, why: string | null): void {
    const before = this.#out.size
    if (why === null) this.#out.delete(number)
    else this.#out.add(number)
    if (before === 0 && why !== null) {
      this.#since = this.#now()
      this.#say(`${why}; URLs that fail are unknown until something answers`)
    }
    if (before === 0 || this.#out.size > 0) return
    this.#say(`this machine's uplink is back after ${Math.round((this.#now() - this.#since) / 1_000)} s`)
  }

  /** Poller `number` was lost: what it knew of the uplink went with it, and the next may say the same again. */
  forget(number: number): void {
    this.#out.delete(number)
  }
}
