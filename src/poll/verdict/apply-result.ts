import type { Resource } from '../../resource/resource.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import { isFailure } from '../attempt/failure.ts'
import { retryDelayMs } from '../http/retry-after.ts'
import type { AttemptResult, Judgement } from './judge.ts'

/** Updates a Resource with the result of its poll. `now` is the monotonic clock, in ms. */
export function applyResult(
  resource: Resource,
  { probe: { outcome }, judgement }: AttemptResult,
  now: number,
): void {
  resource.errCount = errCountAfter(resource.errCount, judgement, !isFailure(outcome))
  resource.verdict = judgement.verdict
  const ms = isFailure(outcome) ? 0 : retryDelayMs(outcome, Date.now())
  resource.notBefore = ms === 0 ? 0 : now + ms
}

/** A valid answer resets errCount, a fault of this machine leaves it alone, and every other failure adds 1. */
function errCountAfter(errCount: number, { verdict, reason }: Judgement, answered: boolean): number {
  if (verdict === 'unknown') return errCount
  return answered || REASON_FACTS[reason].answered === true ? 0 : errCount + 1
}
