/**
 * The distance from performance.now(), which counts from the start of each thread, to the clock behind it, which all
 * threads share (CLOCK_MONOTONIC on Linux) and which hrtime reads, at the cost of an array a call.
 */
function distance(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6 - performance.now()
}

// A thread that is held up between the two readings gets a distance that is too small, never one too great.
const origin = Math.max(...Array.from({ length: 16 }, distance))

/** The monotonic clock, in ms: the same in every thread of the process, never set back, standing still in suspend. */
export function monotonicMs(): number {
  return origin + performance.now()
}
