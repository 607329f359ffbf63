import { accepts } from './accepts.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { StateBase, State } from '../../state/state.ts'
import { isFailure } from '../attempt/attempt.ts'
import type { ProbeResult } from './probe-result.ts'
import type { PollOptions } from '../../settings/poll-options.ts'

/** What a ProbeResult says of the URL: its verdict, the reason, and what a person may want to know. */
export type Judgement = Pick<State, 'verdict' | 'reason'> & { readonly detail: string }

/** A pause of its thread that is long, in ms, and as a share of the deadline, makes a poll that timed out worthless; … */
const LONG_STALL_MS = 250
const LONG_STALL_SHARE = 1 / 40
/** … so do pauses that are this share of the deadline together. */
const TOTAL_STALL_SHARE = 1 / 4

/** Servers lose patience with who stands still this long, in ms: they reset or close the connection. */
const SERVER_PATIENCE_MS = 1_000

/** How long the thread stood still during a poll, in ms. */
export interface StallTimes {
  readonly longestMs: number
  readonly totalMs: number
}

/** Judges a poll. */
export function judge(
  result: ProbeResult,
  stalls: StallTimes,
  options: Pick<PollOptions, 'accept' | 'timeoutMs'>,
): Judgement {
  const { outcome } = result
  if (!isFailure(outcome)) {
    return accepts(options.accept, outcome.status)
      ? { verdict: 'up', reason: 'ok', detail: headRefusedNote(result) }
      : { verdict: 'down', reason: 'status', detail: `${outcome.status} ${outcome.statusText}`.trimEnd() }
  }
  const { reason, detail } = outcome
  if (reason === 'local') return { verdict: 'unknown', reason, detail }
  if (causedByStall(reason, stalls, options.timeoutMs)) {
    const ms = Math.round(stalls.longestMs)
    return {
      verdict: 'unknown',
      reason: 'local',
      detail: `our thread stood still for ${ms} ms (${reason}: ${detail})`,
    }
  }
  return { verdict: 'down', reason, detail }
}

/** Says of a URL that is up by GET that HEAD was refused in this poll. */
function headRefusedNote({ fallback }: ProbeResult): string {
  const status = fallback === null ? 0 : fallback.headStatus
  return status === 0 ? '' : `HEAD was answered with ${status}, GET is used instead`
}

/** The State of a poll, from its verdict and its facts. */
export function toState(facts: StateBase, { verdict, reason }: Judgement): State {
  // The two go together, which the types of judge can't say.
  return { ...facts, verdict, reason } as State
}

/** errCount after a poll: a valid answer resets it, and a fault of this machine leaves it alone. */
export function errCountAfter(errCount: number, { verdict, reason }: Judgement): number {
  if (verdict === 'unknown') return errCount
  return REASON_FACTS[reason].answered === true ? 0 : errCount + 1
}

/** Whether the thread's standing still can have brought about the failure. */
function causedByStall(reason: State['reason'], stalls: StallTimes, timeoutMs: number): boolean {
  if (reason === 'timeout') {
    const long = Math.max(LONG_STALL_MS, timeoutMs * LONG_STALL_SHARE)
    return stalls.longestMs >= long || stalls.totalMs >= timeoutMs * TOTAL_STALL_SHARE
  }
  return (reason === 'reset' || reason === 'closed') && stalls.longestMs >= SERVER_PATIENCE_MS
}
