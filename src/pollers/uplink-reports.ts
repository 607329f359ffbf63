import type { PollerNumber } from '../resource/poller-number.ts'

/**
 * What the pollers say of this machine's uplink, as one event: a line when the first of them counts it as out, and one
 * when the last no longer does. `now` is the monotonic clock, in ms.
 */
export class UplinkReports {
  readonly #now: () => number
  readonly #log: (line: string) => void
  /** Pollers that count it as out. */
  readonly #reportingOut = new Set<PollerNumber>()
  #since = 0

  constructor(now: () => number, log: (line: string) => void) {
    this.#now = now
    this.#log = log
  }

  /** Poller `number` counts it as out, and why; null: not any more. */
  report(number: PollerNumber, why: string | null): void {
    const before = this.#reportingOut.size
    if (why === null) this.#reportingOut.delete(number)
    else this.#reportingOut.add(number)
    if (before === 0 && why !== null) {
      this.#since = this.#now()
      this.#log(`${why}; URLs that fail are unknown until something answers`)
    }
    if (before === 0 || this.#reportingOut.size > 0) return
    this.#log(`this machine's uplink is back after ${Math.round((this.#now() - this.#since) / 1_000)} s`)
  }

  /** Poller `number` was lost: what it knew of the uplink went with it, and the next may say the same again. */
  remove(number: PollerNumber): void {
    this.#reportingOut.delete(number)
  }
}
