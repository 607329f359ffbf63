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
export const ASK_AGAIN_MS = 5_000

/** The time from one poll of a URL to the next after `errCount` consecutive errors, in ms. */
export function stepMs(cadence: Cadence, errCount: number): number {
  return cadence.intervalMs + Math.min(cadence.errorBackoffMs * errCount, cadence.maxBackoffMs)
}

/**
 * When a polled Resource is due next, and how many of its slots have passed unpolled. The cadence is fixed: slots count
 * from the intended time of this poll, not from when its answer came, and a slot that was missed is never made up.
 * Slots that the server asked us to leave out (Retry-After) are not missed.
 */
export function nextDue(
  cadence: Cadence,
  resource: Pick<Resource, 'dueAt' | 'errCount' | 'verdict' | 'notBefore'>,
  now: number,
): { dueAt: number; skipped: number } {
  const step = stepMs(cadence, resource.errCount)
  const first = resource.dueAt + step
  const skipped = Math.max(0, Math.ceil((now - first) / step))
  const slot = first + skipped * step
  if (resource.notBefore > slot) {
    return { dueAt: slot + Math.ceil((resource.notBefore - slot) / step) * step, skipped }
  }
  if (resource.verdict === 'unknown') return { dueAt: Math.min(slot, now + ASK_AGAIN_MS), skipped }
  return { dueAt: slot, skipped }
}
