// performance.now() counts from the start of each thread. hrtime reads the clock behind it (CLOCK_MONOTONIC on Linux),
// which all threads share, but makes an array a call; so its distance is taken once.
const [seconds, nanoseconds] = process.hrtime()
const origin = seconds * 1e3 + nanoseconds / 1e6 - performance.now()

/** The monotonic clock, in ms: the same in every thread of the process, never set back, standing still in suspend. */
export function monotonicMs(): number {
  return origin + performance.now()
}
