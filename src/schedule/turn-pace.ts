import { maxEarlyMs } from '../resource/cadence.ts'

/** The least time between two turns on the timer, in ms. */
const MIN_TURN_MS = 5
/** Where polls wait for each other, a turn takes at most this long, in ms, and this part of the shortest interval. */
const MAX_LATE_MS = 50
const MAX_LATE_SHARE = 1 / 1_000
/** Turns get longer while they lend fewer Resources than this, and shorter while they lend more than twice as many. */
const ENOUGH_LENT = 32

/**
 * How main's turns follow each other. A turn wakes main, a poller, and main and the monitor again when the results come. On a processor
 * that slept meanwhile, all this costs several times as much as the polls. So if few are due at a time, a turn also lends what is due soon,
 * or waits until more is due.
 */
export class TurnPace {
  readonly #isEarly: boolean
  #turnMs = MIN_TURN_MS

  /** `isEarly`: polls may begin before they are due. Otherwise they wait for each other. */
  constructor(isEarly: boolean) {
    this.#isEarly = isEarly
  }

  /** The next turn lends what is due within this time, in ms. */
  get aheadMs(): number {
    return this.#isEarly ? this.#turnMs - MIN_TURN_MS : 0
  }

  /** The next turn on the timer comes after this time at the earliest, in ms. */
  get waitMs(): number {
    return this.#isEarly ? MIN_TURN_MS : this.#turnMs
  }

  /** A turn has lent so many Resources. `shortestIntervalMs`: of all URLs. */
  lent(count: number, shortestIntervalMs: number): void {
    if (count < ENOUGH_LENT) this.#turnMs *= 2
    else if (count > 2 * ENOUGH_LENT) this.#turnMs /= 2
    const longest = this.#isEarly
      ? maxEarlyMs(shortestIntervalMs)
      : Math.min(MAX_LATE_MS, shortestIntervalMs * MAX_LATE_SHARE)
    this.#turnMs = Math.max(MIN_TURN_MS, Math.min(longest, this.#turnMs))
  }
}
