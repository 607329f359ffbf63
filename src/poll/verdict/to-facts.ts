import type { Resource } from '../../resource/resource.ts'
import type { StateBase } from '../../state/state.ts'
import { isFailure } from '../attempt/attempt.ts'
import { finalUrl } from './probe-result.ts'
import type { ProbeResult } from './probe-result.ts'
import type { Judgement } from './judge.ts'

/** One look at a URL, judged. */
export interface AttemptResult {
  readonly probe: ProbeResult
  readonly judgement: Judgement
}

/** What is to be said of a poll besides what its last look found. `began` in ms on the monotonic clock. */
type PollFacts = Pick<StateBase, 'poller' | 'durationMs' | 'phasesMs' | 'stalledMs' | 'rechecked'> & {
  readonly began: number
}

/** What a State says besides its verdict, from the look that it is of. */
export function toFacts(
  resource: Resource,
  { probe, judgement }: AttemptResult,
  { began, ...poll }: PollFacts,
): StateBase {
  const answer = isFailure(probe.outcome) ? null : probe.outcome
  return {
    ...poll,
    id: resource.id,
    url: resource.url,
    generation: resource.generation,
    at: Date.now(),
    method: probe.method,
    errCount: resource.errCount,
    lateMs: began - resource.dueAt,
    status: answer?.status ?? 0,
    statusText: answer?.statusText ?? '',
    detail: judgement.detail,
    redirects: probe.redirects,
    finalUrl: finalUrl(probe),
    address: probe.address,
    httpVersion: answer?.httpVersion ?? '',
    tls: probe.tls,
  }
}
