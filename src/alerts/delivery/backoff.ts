const FIRST_MS = 5_000
const LONGEST_MS = 10 * 60_000
/** A receiver may ask for no longer pause, in ms. */
const LONGEST_PAUSE_MS = 60 * 60_000

/** Nobody is told any more after so long, in ms, if there were MIN_ATTEMPTS: a machine that slept for days still tries. */
const MAX_AGE_MS = 24 * 60 * 60_000
const MIN_ATTEMPTS = 8
/** Some 24 h of attempts. */
const MAX_ATTEMPTS = 200

/** How long to wait after so many failed attempts, at least 1, in ms: 5 s, doubled each time, up to 10 min, less up to a half of it by chance. */
export function backoffMs(attempts: number, random: number): number {
  const longest = Math.min(FIRST_MS * 2 ** Math.min(attempts - 1, 30), LONGEST_MS)
  return longest * (1 - random / 2)
}

/** The pause that a receiver asked for, within its bound. */
export function pauseMs(retryAfterMs: number): number {
  return Math.min(Math.max(retryAfterMs, 0), LONGEST_PAUSE_MS)
}

/** The longest time, in ms, that any attempt waits: a time later than that comes of a clock that was set back. */
export const LONGEST_WAIT_MS = Math.max(LONGEST_MS, LONGEST_PAUSE_MS)

/** Whether no other attempt is made. */
export function isExhausted(attempts: number, ageMs: number): boolean {
  return attempts >= MAX_ATTEMPTS || (ageMs >= MAX_AGE_MS && attempts >= MIN_ATTEMPTS)
}
