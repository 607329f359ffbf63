import type { Resource } from '../../resource/resource.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import type { UrlOptions } from '../../settings/url-options.ts'

/** A second attempt is not made with less time than this, in ms, unless the deadline itself is shorter. */
const MIN_RECHECK_MS = 1_000

/**
 * Whether a URL whose first attempt failed for `reason` gets a second one before its verdict changes: it does if it was up
 * and the failure may have hit a single poll only. Returns the deadline of the second attempt, or null for none: a full
 * timeout from `now`, but not past the end of the slot in which the poll `began`. All times in ms on the monotonic clock.
 */
export function recheckDeadline(
  resource: Pick<Resource, 'verdict' | 'errCount' | 'dueAt'>,
  reason: Reason,
  began: number,
  now: number,
  { recheck, timeoutMs, intervalMs }: Pick<UrlOptions, 'recheck' | 'timeoutMs' | 'intervalMs'>,
): number | null {
  if (!recheck || REASON_FACTS[reason].retried !== true || !wasUp(resource)) return null
  const missedSlots = Math.max(0, Math.floor((began - resource.dueAt) / intervalMs))
  const slotEnd = resource.dueAt + (missedSlots + 1) * intervalMs
  const ms = Math.min(timeoutMs, slotEnd - now)
  return ms < Math.min(timeoutMs, MIN_RECHECK_MS) ? null : now + ms
}

/** Whether the last poll that was not `unknown` found the URL up: `unknown` leaves errCount alone. */
function wasUp({ verdict, errCount }: Pick<Resource, 'verdict' | 'errCount'>): boolean {
  return verdict === 'up' || (verdict === 'unknown' && errCount === 0)
}
