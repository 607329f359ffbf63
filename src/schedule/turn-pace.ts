import { MOST_EARLY_MS } from '../resource/cadence.ts'

/** The least time between two turns on the timer, in ms. */
const MIN_TURN_MS = 5
/** The longest turn: in ms, and as a part of the shortest interval. It is at least MIN_TURN_MS. */
const LONGEST = {
  early: { ms: MOST_EARLY_MS, share: 1 / 250 },
  late: { ms: 50, share: 1 / 1_000 },
}
/** Turns get longer while they lend fewer Resources than this, and shorter while they lend more than twice as many. */
const ENOUGH_LENT = 32

/**
 * How long main waits from one turn to the next. A turn wakes main, a poller, and main and the monitor again when the results come. On a
 * processor that slept meanwhile, all this costs several times as much as the polls. So if few are due at a time, a turn also lends what
 * is due soon, or waits until more is due.
 */
export class TurnPace {
  readonly #isEarly: boolean
  #turnMs = MIN_TURN_MS

  /** `isEarly`: polls may begin before they are due. Otherwise they wait for each other. */
  constructor(isEarly: boolean) {
    this.#isEarly = isEarly
  }

  /** A turn lends what is due within this time, in ms. */
  get aheadMs(): number {
    return this.#isEarly ? this.#turnMs - MIN_TURN_MS : 0
  }

  /** The time until the next turn, in ms, after one that lent so many Resources. `shortestIntervalMs`: of all URLs. */
  after(lent: number, shortestIntervalMs: number): number {
    if (lent < ENOUGH_LENT) this.#turnMs *= 2
    else if (lent > 2 * ENOUGH_LENT) this.#turnMs /= 2
    const { ms, share } = this.#isEarly ? LONGEST.early : LONGEST.late
    const longest = Math.min(ms, shortestIntervalMs * share)
    this.#turnMs = Math.max(MIN_TURN_MS, Math.min(longest, this.#turnMs))
    return this.#turnMs
  }
}
