/**
 * When each Resource of a list is polled first, in ms on the monotonic clock: those that there is room for at once, the
 * rest evenly over the first interval.
 */
export function firstDue(
  start: number,
  intervalMs: number,
  rest: { index: number; count: number } | null,
): number {
  return rest === null ? start : start + (intervalMs * (rest.index + 1)) / (rest.count + 1)
}
