import { homePoller } from './due-queues.ts'

/** The fractional part of the golden ratio. No other number has multiples, modulo 1, that fill an interval more evenly. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The ramp, in which the rate of polls grows from zero: its share of the first interval, and its longest time in ms. */
const RAMP_SHARE = 1 / 20
const MAX_RAMP_MS = 3_000

/**
 * The first due time of a Resource that is not polled at once, in ms on the monotonic clock. `index`, from 0, numbers these
 * Resources. They are spread evenly over the first interval, and so is each run of neighbours: neighbours on a list are
 * often of one origin, which could not take them all at once. With `ramp`, fewer are due at the beginning, when the code of
 * the pollers is not compiled yet and no connection is open.
 */
export function firstDue(start: number, intervalMs: number, index: number, ramp: boolean): number {
  const rampMs = ramp ? Math.min(MAX_RAMP_MS, intervalMs * RAMP_SHARE) : 0
  // The ramp holds half as many polls as the same time at the full rate.
  const at = (intervalMs - rampMs / 2) * (((index + 1) * GOLDEN) % 1)
  return start + (at < rampMs / 2 ? Math.sqrt(2 * rampMs * at) : at + rampMs / 2)
}

/** The most different intervals whose counts are kept. With more, all counts start again from 0. */
const MAX_INTERVALS = 4_096

/** How many polls can run at once. */
export interface SpreadOptions {
  /** The number of pollers. */
  readonly pollers: number
  /** The most polls in flight in one poller. */
  readonly concurrency: number
  /** The most polls in flight to one origin. */
  readonly hostConcurrency: number
  /** Poll each URL once, and all as soon as possible. */
  readonly once: boolean
}

/** Gives Resources their first due times: as many at once as the pollers can poll, the others spread over their interval. */
export class InitialSpread {
  readonly #options: SpreadOptions
  readonly #now: number
  readonly #immediate: Uint32Array
  readonly #immediateOfOrigin: Uint32Array
  readonly #spreadCounts: Map<number, number>
  readonly #ramp: boolean

  /**
   * `origins`: the numbers of all origins are below this. `spreadCounts`: how many Resources have been spread over each
   * interval so far; it is updated. `ramp`: see `firstDue`.
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

  /** The first due time of the next Resource, which has this origin and interval. In ms on the monotonic clock. */
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
