const FIRST_MS = 5_000
const LONGEST_MS = 10 * 60_000
/** A receiver may ask for no longer pause, in ms. */
const LONGEST_PAUSE_MS = 60 * 60_000

/**
 * Some 24 h, longer if the receiver asks for long pauses. It counts attempts, since a clock may have been set, or the machine slept, between two
 * of them.
 */
const MAX_ATTEMPTS = 190

/** How long to wait after so many failed attempts, at least 1, in ms: 5 s, doubled each time, up to 10 min, less up to a half of it by chance. */
export function backoffMs(attempts: number, random: number): number {
  const longest = Math.min(FIRST_MS * 2 ** Math.min(attempts - 1, 30), LONGEST_MS)
  return longest * (1 - random / 2)
}

/** When an attempt is made after another one has failed, in ms since the epoch. `deadline`: of the fallback, which gets it if an attempt at that time fails too. */
export function nextAttemptAt(
  now: number,
  waits: { readonly backoff: number; readonly pause: number; readonly deadline: number },
): number {
  const { backoff, pause, deadline } = waits
  if (pause > 0 || deadline <= now) return now + Math.max(backoff, pause)
  return Math.min(now + backoff, deadline)
}

/** The pause that a receiver asked for, within its bound. */
export function pauseMs(retryAfterMs: number): number {
  return Math.min(Math.max(retryAfterMs, 0), LONGEST_PAUSE_MS)
}

/** The longest time, in ms, that any attempt waits. */
const LONGEST_WAIT_MS = Math.max(LONGEST_MS, LONGEST_PAUSE_MS)

/**
 * When something is due that an earlier run has left, or another machine, whose clock may have been ahead. `savedAt`: when that has written last,
 * by its clock; null: it is not known. All in ms since the epoch.
 */
export function dueFromBefore(dueAt: number, savedAt: number | null, now: number): number {
  const left = savedAt === null ? LONGEST_WAIT_MS : Math.min(Math.max(0, dueAt - savedAt), LONGEST_WAIT_MS)
  return Math.min(dueAt, now + left)
}

/** Whether no other attempt is made after so many. */
export function isExhausted(attempts: number): boolean {
  return attempts >= MAX_ATTEMPTS
}
