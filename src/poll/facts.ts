import type { Resource } from '../resource/resource.ts'
import type { Facts } from '../state/state.ts'
import { isFailure } from './flight.ts'
import { finalUrl } from './found.ts'
import type { Found } from './found.ts'
import type { Verdict } from './verdict.ts'

/** One look at a URL, judged. */
export interface Look {
  readonly found: Found
  readonly verdict: Verdict
}

/** What is to be said of a poll besides what its last look found. `began` in ms on the monotonic clock. */
type Poll = Pick<Facts, 'poller' | 'durationMs' | 'phasesMs' | 'heldMs' | 'rechecked'> & {
  readonly began: number
}

/** What a State says besides its verdict, from the look that it is of. */
export function factsOf(resource: Resource, { found, verdict }: Look, { began, ...poll }: Poll): Facts {
  const answer = isFailure(found.last) ? null : found.last
  return {
    ...poll,
    id: resource.id,
    url: resource.url,
    generation: resource.generation,
    at: Date.now(),
    method: found.method,
    errCount: resource.errCount,
    lateMs: began - resource.dueAt,
    status: answer?.status ?? 0,
    statusText: answer?.statusText ?? '',
    detail: verdict.detail,
    redirects: found.redirects,
    finalUrl: finalUrl(found),
    address: found.address,
    httpVersion: answer?.httpVersion ?? '',
    tls: found.tls,
  }
}
