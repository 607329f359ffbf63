/**
 * The monotonic clock, in ms since the process began. It is the same in every thread (a test checks that of Node), is never set
 * back, and stands still while the machine is suspended.
 */
export function monotonicMs(): number {
  return performance.now()
}
