import type { Resource } from '../../resource/resource.ts'
import type { State, StateBase } from '../../state/state.ts'
import { isFailure } from '../attempt/failure.ts'
import type { AttemptResult } from './judge.ts'
import { finalUrl } from './probe-result.ts'

/** What a State says of its poll apart from the attempt that decided it. `began` is in ms on the monotonic clock. */
type PollFacts = Pick<StateBase, 'poller' | 'durationMs' | 'phasesMs' | 'stalledMs' | 'rechecked'> & {
  readonly began: number
}

/** Builds the State of a poll: its Resource, the attempt that decided it, and its times. */
export function toState(
  resource: Resource,
  { probe, judgement }: AttemptResult,
  { poller, began, durationMs, phasesMs, stalledMs, rechecked }: PollFacts,
): State {
  const response = isFailure(probe.outcome) ? null : probe.outcome
  const { verdict, reason, detail } = judgement
  // The types of `judge` do not say which verdict a reason goes with.
  return {
    verdict,
    reason,
    poller,
    durationMs,
    phasesMs,
    stalledMs,
    rechecked,
    id: resource.id,
    url: resource.url,
    generation: resource.generation,
    at: Date.now(),
    method: probe.method,
    errCount: resource.errCount,
    lateMs: Math.max(0, began - resource.dueAt),
    status: response?.status ?? 0,
    statusText: response?.statusText ?? '',
    detail,
    redirects: probe.redirects,
    finalUrl: finalUrl(probe),
    address: probe.address,
    httpVersion: response?.httpVersion ?? '',
    tls: probe.tls,
  } as State
}
