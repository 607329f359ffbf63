import { accepts } from './accepts.ts'
import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { State } from '../../state/state.ts'
import { isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { HttpResponse } from '../http/exchange.ts'
import type { FailedCheck } from '../checks/checks.ts'
import { PASSED } from './probe-result.ts'
import type { ProbeResult } from './probe-result.ts'
import type { PollOptions } from '../../settings/poll-options.ts'

/** The verdict on an attempt, its reason, and a text for people. */
export type Judgement = Pick<State, 'verdict' | 'reason' | 'detail'>

/** An attempt and the judgement on it. */
export interface AttemptResult {
  readonly probe: ProbeResult
  readonly judgement: Judgement
}

/** A timeout is blamed on the thread if it was stalled for this long at a time: in ms, and as a share of the deadline. */
const LONG_STALL_MS = 250
const LONG_STALL_SHARE = 1 / 40

/** It is also blamed on the thread if all stalls together took this share of the deadline. */
const TOTAL_STALL_SHARE = 1 / 4

/** Servers reset or close a connection that has been silent for this long, in ms. */
export const SERVER_PATIENCE_MS = 1_000

/** How long the thread was stalled during an attempt, in ms. */
export interface StallTimes {
  readonly longestMs: number
  readonly totalMs: number
}

/**
 * Gives an attempt its verdict. It is `unknown` with the reason `local` if the attempt failed with a fault of this machine
 * (`localFailure`), if the poller's thread was stalled, or if the uplink is out (`uplinkFault` is why; null: it is not).
 * state/local-causes.ts lists every cause. A failure of a proxy or of credentials is `unknown` by a reason of its own.
 *
 * Only these change the verdict of a URL otherwise: rules of the URL, before its State is made (url-rules.ts); parents and thresholds, in the
 * monitor (state/settling.ts); and a URL that ends its pollers is set aside without a poll (state/set-aside-state.ts).
 */
export function judge(
  result: ProbeResult,
  stalls: StallTimes,
  uplinkFault: string | null,
  options: Pick<PollOptions, 'accept' | 'timeoutMs'>,
): Judgement {
  const { outcome, check } = result
  if (!isFailure(outcome)) {
    if (check !== null) return judgeCheck(check, stalls)
    return passes(outcome, options.accept)
      ? { verdict: 'up', reason: 'ok', detail: headRefusedNote(result) }
      : { verdict: 'down', reason: 'status', detail: `${outcome.status} ${outcome.statusText}`.trimEnd() }
  }
  const { reason, detail } = outcome
  const { verdict } = REASON_FACTS[reason]
  if (verdict === 'unknown') return { verdict, reason, detail }
  const stall = stallToBlame(reason, stalls, options.timeoutMs)
  if (stall !== null) return stalled(outcome, stall)
  if (uplinkFault !== null) return { verdict: 'unknown', reason: 'local', detail: uplinkFault }
  return { verdict, reason, detail }
}

/** Whether an answer has an accepted status, or a poll without HTTP found all as it should be. */
export function passes(response: HttpResponse, accept: PollOptions['accept']): boolean {
  return accepts(accept, response.status) || response === PASSED
}

/** An answer is not slow if it would have come in time without the stalls of the thread. */
function judgeCheck({ failure, lateMs }: FailedCheck, stalls: StallTimes): Judgement {
  if (lateMs > 0 && stalls.totalMs >= lateMs) return stalled(failure, inAll(stalls))
  const { reason, detail } = failure
  return { verdict: REASON_FACTS[reason].verdict, reason, detail }
}

/** `stall`: how long it was. */
function stalled({ reason, detail }: Failure, stall: string): Judgement {
  const text = `${LOCAL_CAUSES['thread-stalled'].text} for ${stall}`
  return { verdict: 'unknown', reason: 'local', detail: `${text} (${reason}: ${detail})` }
}

function atOnce({ longestMs }: StallTimes): string {
  return `${Math.round(longestMs)} ms`
}

function inAll({ totalMs }: StallTimes): string {
  return `${Math.round(totalMs)} ms in all`
}

/** The detail of a URL that is up: notes that HEAD was refused in this poll, if it was. */
function headRefusedNote({ fallback }: ProbeResult): string {
  const status = fallback === null ? 0 : fallback.headStatus
  return status === 0 ? '' : `HEAD was answered with ${status}, GET is used instead`
}

/** How long the thread was stalled, if the failure may have happened because of that; otherwise null. */
function stallToBlame(reason: State['reason'], stalls: StallTimes, timeoutMs: number): string | null {
  if (reason === 'timeout') {
    if (stalls.longestMs >= Math.max(LONG_STALL_MS, timeoutMs * LONG_STALL_SHARE)) return atOnce(stalls)
    return stalls.totalMs >= timeoutMs * TOTAL_STALL_SHARE ? inAll(stalls) : null
  }
  const isCut = reason === 'reset' || reason === 'closed'
  return isCut && stalls.longestMs >= SERVER_PATIENCE_MS ? atOnce(stalls) : null
}
