import { accepts } from './accepts.ts'
import type { Facts, State } from '../state/state.ts'
import { isFailure } from './flight.ts'
import type { Found } from './found.ts'
import type { PollOptions } from './options.ts'

/** What Found says of the URL: its verdict, the reason, and what a person may want to know. */
export type Verdict = Pick<State, 'verdict' | 'reason'> & { readonly detail: string }

/** A pause of its thread that is long, in ms, and as a share of the deadline, makes a poll that timed out worthless; … */
const LONG_PAUSE_MS = 250
const LONG_PAUSE_SHARE = 1 / 40
/** … so do pauses that are this share of the deadline together. */
const PAUSED_SHARE = 1 / 4

/** Servers lose patience with who stands still this long, in ms: they reset or close the connection. */
const IMPATIENCE_MS = 1_000

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
      ? { verdict: 'up', reason: 'ok', detail: headRefused(found) }
      : { verdict: 'down', reason: 'status', detail: `${last.status} ${last.statusText}`.trimEnd() }
  }
  const { reason, detail } = last
  if (reason === 'local') return { verdict: 'unknown', reason, detail }
  if (ofOurMaking(reason, held, options.timeoutMs)) {
    const ms = Math.round(held.longest)
    return {
      verdict: 'unknown',
      reason: 'local',
      detail: `our thread stood still for ${ms} ms (${reason}: ${detail})`,
    }
  }
  return { verdict: 'down', reason, detail }
}

/** Says of a URL that is up by GET that HEAD was refused in this poll. */
function headRefused({ fallback }: Found): string {
  const status = fallback === null ? 0 : fallback.headStatus
  return status === 0 ? '' : `HEAD was answered with ${status}, GET is used instead`
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

/** Whether the thread's standing still can have brought about the failure. */
function ofOurMaking(reason: State['reason'], held: HeldFacts, timeoutMs: number): boolean {
  if (reason === 'timeout') {
    const long = Math.max(LONG_PAUSE_MS, timeoutMs * LONG_PAUSE_SHARE)
    return held.longest >= long || held.total >= timeoutMs * PAUSED_SHARE
  }
  return (reason === 'reset' || reason === 'closed') && held.longest >= IMPATIENCE_MS
}
