/** The least time between two turns on the timer, in ms. */
const MIN_TURN_MS = 5
/** The most time, in ms. */
const MAX_TURN_MS = 50
/** The polls of a URL are late by at most this part of the shortest interval, so that others can go with them. */
const MAX_LATE_SHARE = 1 / 1_000
/** Turns get longer while they lend fewer Resources than this, and shorter while they lend more than twice as many. */
const ENOUGH_LENT = 8

/**
 * How long main waits from one turn to the next. A turn wakes main, a poller, and main and the monitor again when the results come. On a processor
 * that slept meanwhile, all this costs several times as much as the polls. So few polls at a time wait for each other.
 */
export class TurnPace {
  #turnMs = MIN_TURN_MS

  /** The time until the next turn, in ms, after one that lent so many Resources. `shortestIntervalMs`: of all URLs. */
  after(lent: number, shortestIntervalMs: number): number {
    if (lent < ENOUGH_LENT) this.#turnMs *= 2
    else if (lent > 2 * ENOUGH_LENT) this.#turnMs /= 2
    const longest = Math.min(MAX_TURN_MS, shortestIntervalMs * MAX_LATE_SHARE)
    this.#turnMs = Math.max(MIN_TURN_MS, Math.min(longest, this.#turnMs))
    return this.#turnMs
  }
}
