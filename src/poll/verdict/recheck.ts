import type { Resource } from '../../resource/resource.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import type { UrlOptions } from '../../settings/poll-options.ts'

/** A second look that has less time than this, in ms, would say too little; one with a whole deadline never does. */
const MIN_RECHECK_MS = 1_000

/**
 * The deadline of the second look that a URL deserves before it turns: it was up, and the first look, of a poll that
 * `began` then, has failed `now` for `reason`. Null for none. It has a whole deadline of its own, but ends with the slot
 * in which the poll began. All times in ms on the monotonic clock.
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

/** As far as is known: a poll that was `unknown` has said nothing since, and left errCount alone. */
function wasUp({ verdict, errCount }: Pick<Resource, 'verdict' | 'errCount'>): boolean {
  return verdict === 'up' || (verdict === 'unknown' && errCount === 0)
}
