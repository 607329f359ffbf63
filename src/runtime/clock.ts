/**
 * The monotonic clock, in ms since the process began: the same in every thread (a test holds Node to it), never set back,
 * standing still in suspend.
 */
export function monotonicMs(): number {
  return performance.now()
}
