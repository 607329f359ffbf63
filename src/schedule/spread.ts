import type { ResourceTable } from '../resource/table.ts'
import { homeOf } from './due.ts'

/** The golden ratio's fractional part: its multiples, modulo 1, fill the interval more evenly than those of any other. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * When a Resource that there is no room for at the start is polled first, in ms on the monotonic clock: the `index`-th of
 * them, from 0, somewhere in the first interval. Evenly for all of them and also for each run of neighbours, since
 * neighbours on a list tend to be of one origin, which could not take them all at once.
 */
export function firstDue(start: number, intervalMs: number, index: number): number {
  return start + intervalMs * (((index + 1) * GOLDEN) % 1)
}

/** How much room there is. */
export interface SpreadOptions {
  /** From one poll of a URL to the next, in ms. */
  readonly intervalMs: number
  /** How many pollers there are. */
  readonly pollers: number
  /** Polls in flight in one poller. */
  readonly concurrency: number
  /** Polls in flight to one origin. */
  readonly hostConcurrency: number
  /** Poll each URL once, all as soon as there is room. */
  readonly once: boolean
}

/**
 * Gives each Resource its first due time, in ms on the monotonic clock: at once as many as the pollers and the origins have
 * room for, the rest over the first interval.
 */
export function spread(table: ResourceTable, options: SpreadOptions, now: number): void {
  const { pollers, concurrency, hostConcurrency, intervalMs, once } = options
  const taken = new Uint32Array(pollers)
  const takenOfOrigin = new Uint32Array(table.origins)
  let rest = 0
  for (const id of table.ids()) {
    const origin = table.origin(id)
    const poller = homeOf(origin, pollers)
    const room =
      (taken[poller] as number) < concurrency && (takenOfOrigin[origin] as number) < hostConcurrency
    if (once || room) {
      taken[poller]! += 1
      takenOfOrigin[origin]! += 1
      table.setDueAt(id, now)
    } else {
      table.setDueAt(id, firstDue(now, intervalMs, rest++))
    }
  }
}
