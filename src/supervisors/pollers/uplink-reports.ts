import type { PollerNumber } from '../../resource/poller-number.ts'

/**
 * Turns what each poller reports of the machine's uplink into one event: a line when the first poller considers it down, and one
 * when no poller does any more. `now` is the monotonic clock, in ms.
 */
export class UplinkReports {
  readonly #now: () => number
  readonly #log: (line: string) => void
  /** Pollers that consider the uplink down. */
  readonly #reportingOut = new Set<PollerNumber>()
  #since = 0

  constructor(now: () => number, log: (line: string) => void) {
    this.#now = now
    this.#log = log
  }

  /** A poller considers the uplink down, and why; null: up again. */
  report(poller: PollerNumber, why: string | null): void {
    const before = this.#reportingOut.size
    if (why === null) this.#reportingOut.delete(poller)
    else this.#reportingOut.add(poller)
    if (before === 0 && why !== null) {
      this.#since = this.#now()
      this.#log(`${why}; URLs that fail are unknown until something answers`)
    }
    if (before === 0 || this.#reportingOut.size > 0) return
    this.#log(
      `info: this machine's uplink is back after ${Math.round((this.#now() - this.#since) / 1_000)} s`,
    )
  }

  /** A poller was lost, and its report with it. The one that replaces it may report the same again, or find nothing amiss. */
  remove(poller: PollerNumber): void {
    if (this.#reportingOut.delete(poller) && this.#reportingOut.size === 0)
      this.#log("info: this machine's uplink counts as up again: the poller that found it out was lost")
  }
}
