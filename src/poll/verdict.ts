import type { Facts, State } from '../state/state.ts'
import { isFailure } from './flight.ts'
import type { Found } from './found.ts'
import type { PollOptions } from './options.ts'

/** What Found says of the URL: its verdict, the reason, and what a person may want to know. */
export type Verdict = Pick<State, 'verdict' | 'reason'> & { readonly detail: string }

/** Pauses of its thread that make a failed poll worthless: one this long, in ms … */
const LONG_PAUSE_MS = 250
/** … or all of them this share of the deadline. */
const PAUSED_SHARE = 1 / 4

/** How long the thread stood still during a poll, in ms. */
export interface HeldFacts {
  readonly longest: number
  readonly total: number
}

/** Judges a poll. */
export function judge(
  found: Found,
  held: HeldFacts,
  options: Pick<PollOptions, 'accept' | 'timeoutMs'>,
): Verdict {
  const { last } = found
  if (!isFailure(last)) {
    return accepts(options.accept, last.status)
      ? { verdict: 'up', reason: 'ok', detail: '' }
      : { verdict: 'down', reason: 'status', detail: `status ${last.status} is not accepted` }
  }
  const { reason, detail } = last
  if (reason === 'local') return { verdict: 'unknown', reason, detail }
  if (hangsOnTime(reason) && stoodStill(held, options.timeoutMs)) {
    const ms = Math.round(held.longest)
    return {
      verdict: 'unknown',
      reason: 'local',
      detail: `our thread stood still for ${ms} ms (${reason}: ${detail})`,
    }
  }
  return { verdict: 'down', reason, detail }
}

/** The State of a poll, from its verdict and its facts. */
export function stateOf(facts: Facts, { verdict, reason }: Verdict): State {
  // The two go together, which the types of judge can't say.
  return { ...facts, verdict, reason } as State
}

/** errCount after a poll: any HTTP status is an answer; a fault of ours says nothing. */
export function errCountAfter(errCount: number, { reason }: Verdict): number {
  switch (reason) {
    case 'local':
      return errCount
    case 'ok':
    case 'status':
    case 'redirect':
      return 0
    default:
      return errCount + 1
  }
}

/** Whether a URL that was up deserves a second look before it turns: no valid answer, for a reason that may pass. */
export function maybePassing(reason: State['reason']): boolean {
  return !['ok', 'status', 'redirect', 'policy', 'local'].includes(reason)
}

/** What a thread that stands still can bring about by itself: others lose patience with it. */
function hangsOnTime(reason: State['reason']): boolean {
  return reason === 'timeout' || reason === 'reset' || reason === 'closed'
}

function stoodStill(held: HeldFacts, timeoutMs: number): boolean {
  return held.longest >= LONG_PAUSE_MS || held.total >= timeoutMs * PAUSED_SHARE
}

function accepts(ranges: PollOptions['accept'], status: number): boolean {
  for (const [from, to] of ranges) if (status >= from && status <= to) return true
  return false
}
