import { homePoller } from './due-queues.ts'

/** The golden ratio's fractional part: its multiples, modulo 1, fill the interval more evenly than those of any other. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The share of the first interval over which polls grow from none to as many as there will be, and the most of it in ms. */
const RAMP_SHARE = 1 / 20
const MAX_RAMP_MS = 3_000

/**
 * When a Resource that there is no room for at the start is polled first, in ms on the monotonic clock: the `index`-th of
 * them, from 0, somewhere in the first interval. Evenly for all of them and also for each run of neighbours, since
 * neighbours on a list tend to be of one origin, which could not take them all at once. With `ramp` there are fewer in the
 * beginning, while the pollers' code is not compiled yet and no connection is open.
 */
export function firstDue(start: number, intervalMs: number, index: number, ramp: boolean): number {
  const rampMs = ramp ? Math.min(MAX_RAMP_MS, intervalMs * RAMP_SHARE) : 0
  // As time goes at full density: the ramp holds half as many as it would then.
  const at = (intervalMs - rampMs / 2) * (((index + 1) * GOLDEN) % 1)
  return start + (at < rampMs / 2 ? Math.sqrt(2 * rampMs * at) : at + rampMs / 2)
}

/** So many intervals are told apart; with more, all begin anew. */
const MAX_INTERVALS = 4_096

/** How much room there is. */
export interface SpreadOptions {
  /** How many pollers there are. */
  readonly pollers: number
  /** Polls in flight in one poller. */
  readonly concurrency: number
  /** Polls in flight to one origin. */
  readonly hostConcurrency: number
  /** Poll each URL once, all as soon as there is room. */
  readonly once: boolean
}

/** Gives Resources their first due times: at once as many as there is room for, the rest over an interval. */
export class InitialSpread {
  readonly #options: SpreadOptions
  readonly #now: number
  readonly #immediate: Uint32Array
  readonly #immediateOfOrigin: Uint32Array
  readonly #spreadCounts: Map<number, number>
  readonly #ramp: boolean

  /**
   * `origins`: their numbers are below this. `rest`: how many have been spread over which interval before, and with this one:
   * each interval is filled evenly by its own. `ramp`: see firstDue.
   */
  constructor(
    options: SpreadOptions,
    origins: number,
    now: number,
    spreadCounts: Map<number, number>,
    ramp: boolean,
  ) {
    this.#options = options
    this.#ramp = ramp
    this.#now = now
    this.#immediate = new Uint32Array(options.pollers)
    this.#immediateOfOrigin = new Uint32Array(origins)
    this.#spreadCounts = spreadCounts
  }

  /** The first due time of the next Resource, of this origin, in ms on the monotonic clock. */
  next(origin: number, intervalMs: number): number {
    const { pollers, concurrency, hostConcurrency, once } = this.#options
    const poller = homePoller(origin, pollers)
    const room =
      (this.#immediate[poller] as number) < concurrency &&
      (this.#immediateOfOrigin[origin] as number) < hostConcurrency
    if (!once && !room) {
      const index = this.#spreadCounts.get(intervalMs) ?? this.#spreadCounts.size
      if (this.#spreadCounts.size >= MAX_INTERVALS) this.#spreadCounts.clear()
      this.#spreadCounts.set(intervalMs, index + 1)
      return firstDue(this.#now, intervalMs, index, this.#ramp)
    }
    this.#immediate[poller]! += 1
    this.#immediateOfOrigin[origin]! += 1
    return this.#now
  }
}
