import { effectiveIntervalMs, MAX_EARLY_MS, maxEarlyMs } from '../resource/cadence.ts'
import type { Cadence } from '../resource/cadence.ts'
import type { Resource } from '../resource/resource.ts'

/** A URL whose verdict is `unknown` is polled again after this time, in ms. */
export const RETRY_UNKNOWN_MS = 5_000

/** A Resource whose polls have killed pollers is not polled for this time, in ms. */
export const SET_ASIDE_MS = 3_600_000

/** The next poll of a Resource. Times are in ms on the monotonic clock. */
export interface NextPoll {
  /** When to poll. */
  readonly dueAt: number
  /** The slot that the poll counts for. `dueAt` is before it if the URL is polled again early, and somewhat after it if its server has asked to wait until then. */
  readonly slotAt: number
  /** Slots that passed without a poll. */
  readonly skipped: number
}

/**
 * The next poll after one that counted for `slotAt`. The cadence is fixed: slots are counted from the slot of the last poll,
 * not from the time of its answer. A missed slot is skipped and not made up later. Slots that the server asked to leave out
 * (Retry-After) do not count as skipped. A URL that is polled again early keeps its slots. Otherwise all URLs that a local
 * outage has touched would get the same slot, and be polled in one burst from then on.
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
  const next = first + skipped * step
  const retryAt = now + RETRY_UNKNOWN_MS
  if (resource.verdict === 'unknown' && retryAt < next && resource.notBefore <= next)
    return { dueAt: retryAt, slotAt: next - step, skipped }
  const slot = next + Math.max(0, Math.ceil((resource.notBefore - next) / step)) * step
  return { dueAt: Math.max(slot, dueAfter(resource.notBefore, cadence)), slotAt: slot, skipped }
}

/** The next poll of a Resource that is set aside: its first slot after SET_ASIDE_MS. */
export function nextAfterSetAside(cadence: Cadence, slotAt: number, errCount: number, now: number): NextPoll {
  const step = effectiveIntervalMs(cadence, errCount)
  const skipped = Math.max(1, Math.ceil((now + SET_ASIDE_MS - slotAt) / step))
  const slot = slotAt + skipped * step
  return { dueAt: slot, slotAt: slot, skipped }
}

/** When a poll may be due, so that it does not begin before a time that the server has asked for (Retry-After). */
export function dueAfter(notBefore: number, cadence: Cadence): number {
  return notBefore + maxEarlyMs(cadence.intervalMs)
}

/** The next poll of a sleeping Resource when its cadence changes: as before, or a whole number of intervals earlier. */
export function reschedule(
  cadence: Cadence,
  resource: Pick<Resource, 'errCount' | 'notBefore' | 'dueAt'>,
  slotAt: number,
  now: number,
): NextPoll {
  const step = effectiveIntervalMs(cadence, resource.errCount)
  // The poll before may have begun early: its slot may lie ahead.
  const steps = Math.floor((resource.dueAt - now - MAX_EARLY_MS) / step)
  if (steps < 1 || resource.notBefore > now) return { dueAt: resource.dueAt, slotAt, skipped: 0 }
  const dueAt = resource.dueAt - steps * step
  return { dueAt, slotAt: dueAt, skipped: 0 }
}
