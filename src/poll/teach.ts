import type { Resource } from '../resource/resource.ts'
import type { Answer } from './exchange.ts'
import { retryAfterMs } from './retry-after.ts'
import { errCountAfter } from './verdict.ts'
import type { Verdict } from './verdict.ts'

/** Writes into the Resource what its poll has taught, `now`, in ms on the monotonic clock. */
export function teach(resource: Resource, verdict: Verdict, answer: Answer | null, now: number): void {
  resource.errCount = errCountAfter(resource.errCount, verdict)
  resource.verdict = verdict.verdict
  const asked = answer?.status === 429 || answer?.status === 503 ? answer.retryAfter : null
  const ms = retryAfterMs(asked, Date.now())
  resource.notBefore = ms === 0 ? 0 : now + ms
}
