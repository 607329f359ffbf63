import type { Resource } from '../../resource/resource.ts'
import type { Reason } from '../../state/state.ts'
import type { UrlOptions } from '../../settings/poll-options.ts'

/** A second look that has less time than this, in ms, would say too little; one with a whole deadline never does. */
const MIN_RECHECK_MS = 1_000

/**
 * What may have befallen one poll alone. What a server says of itself, an answer, a certificate, its TLS versions, is not
 * asked for twice: where one of several servers is wrong, the second look would only hide it.
 */
const TRANSIENT: Readonly<Record<Reason, boolean>> = {
  ok: false,
  status: false,
  redirect: false,
  dns: true,
  refused: true,
  unreachable: true,
  reset: true,
  closed: true,
  timeout: true,
  'tls-expired': false,
  'tls-not-yet-valid': false,
  'tls-hostname': false,
  'tls-untrusted': false,
  'tls-version': false,
  tls: true,
  protocol: true,
  overflow: true,
  policy: false,
  // Nothing is known of the URL, and it is soon asked again anyway.
  local: false,
}

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
  if (!recheck || !TRANSIENT[reason] || !wasUp(resource)) return null
  const missedSlots = Math.max(0, Math.floor((began - resource.dueAt) / intervalMs))
  const slotEnd = resource.dueAt + (missedSlots + 1) * intervalMs
  const ms = Math.min(timeoutMs, slotEnd - now)
  return ms < Math.min(timeoutMs, MIN_RECHECK_MS) ? null : now + ms
}

/** As far as is known: a poll that was `unknown` has said nothing since, and left errCount alone. */
function wasUp({ verdict, errCount }: Pick<Resource, 'verdict' | 'errCount'>): boolean {
  return verdict === 'up' || (verdict === 'unknown' && errCount === 0)
}
