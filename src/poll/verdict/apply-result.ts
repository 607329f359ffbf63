import type { Resource } from '../../resource/resource.ts'
import type { AttemptResult } from './to-facts.ts'
import { isFailure } from '../attempt/attempt.ts'
import { retryDelayMs } from '../http/retry-after.ts'
import { errCountAfter } from './judge.ts'

/** Writes into the Resource what the look that decided its poll has taught, `now`, in ms on the monotonic clock. */
export function applyResult(
  resource: Resource,
  { probe: { outcome }, judgement }: AttemptResult,
  now: number,
): void {
  resource.errCount = errCountAfter(resource.errCount, judgement)
  resource.verdict = judgement.verdict
  const ms = isFailure(outcome) ? 0 : retryDelayMs(outcome, Date.now())
  resource.notBefore = ms === 0 ? 0 : now + ms
}
