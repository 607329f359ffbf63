import type { Resource } from '../resource/resource.ts'

/** How often to poll; all in ms. */
export interface Cadence {
  /** From one poll of a URL to the next. */
  readonly intervalMs: number
  /** Added to the interval for each consecutive error. */
  readonly errorBackoffMs: number
  /** The most that is ever added. */
  readonly maxBackoffMs: number
}

/** A URL of which nothing could be learnt, the fault being ours, is asked again this soon, in ms. */
export const RETRY_UNKNOWN_MS = 5_000

/** A Resource whose poll has killed pollers is left alone for this long, in ms. */
export const SET_ASIDE_MS = 3_600_000

/** The time from one poll of a URL to the next after `errCount` consecutive errors, in ms. */
export function effectiveIntervalMs(cadence: Cadence, errCount: number): number {
  return cadence.intervalMs + Math.min(cadence.errorBackoffMs * errCount, cadence.maxBackoffMs)
}

/** What comes after a poll. Times in ms on the monotonic clock. */
export interface NextPoll {
  /** When to poll next. */
  readonly dueAt: number
  /** The slot that this poll counts for: `dueAt`, but for one that is asked again before its next slot comes. */
  readonly slotAt: number
  /** Slots that have passed unpolled. */
  readonly skipped: number
}

/**
 * What comes after a poll that counted for `slotAt`. The cadence is fixed: slots count from the slot of this poll, not from
 * when its answer came, and a slot that was missed is never made up. Slots that the server asked us to leave out
 * (Retry-After) are not missed. A URL that is asked again out of turn keeps its slots: else all that an outage of ours
 * has touched would fall into step, and be polled in one burst ever after.
 */
export function nextDue(
  cadence: Cadence,
  slotAt: number,
  resource: Pick<Resource, 'errCount' | 'verdict' | 'notBefore'>,
  now: number,
): NextPoll {
  const step = effectiveIntervalMs(cadence, resource.errCount)
  const first = slotAt + step
  const skipped = Math.max(0, Math.ceil((now - first) / step))
  const slot = first + skipped * step
  if (resource.notBefore > slot) {
    const afterServerDelay = slot + Math.ceil((resource.notBefore - slot) / step) * step
    return { dueAt: afterServerDelay, slotAt: afterServerDelay, skipped }
  }
  const retryAt = now + RETRY_UNKNOWN_MS
  if (resource.verdict === 'unknown' && retryAt < slot)
    return { dueAt: retryAt, slotAt: slot - step, skipped }
  return { dueAt: slot, slotAt: slot, skipped }
}

/** What comes after the poll for `slotAt` has killed its poller, as others before: the first slot after a long while. */
export function nextAfterSetAside(cadence: Cadence, slotAt: number, errCount: number, now: number): NextPoll {
  const step = effectiveIntervalMs(cadence, errCount)
  const skipped = Math.max(1, Math.ceil((now + SET_ASIDE_MS - slotAt) / step))
  const slot = slotAt + skipped * step
  return { dueAt: slot, slotAt: slot, skipped }
}

/** What comes next for one that sleeps until `slotAt` when its list says another cadence: no later, and in step with before. */
export function reschedule(
  cadence: Cadence,
  resource: Pick<Resource, 'errCount' | 'notBefore' | 'dueAt'>,
  slotAt: number,
  now: number,
): NextPoll {
  const step = effectiveIntervalMs(cadence, resource.errCount)
  const steps = Math.floor((resource.dueAt - now) / step)
  if (steps < 1 || resource.notBefore > now) return { dueAt: resource.dueAt, slotAt, skipped: 0 }
  const dueAt = resource.dueAt - steps * step
  return { dueAt, slotAt: dueAt, skipped: 0 }
}
