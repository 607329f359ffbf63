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
