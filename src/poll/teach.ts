import type { Resource } from '../resource/resource.ts'
import type { Look } from './facts.ts'
import { isFailure } from './flight.ts'
import { waitMs } from './retry-after.ts'
import { errCountAfter } from './verdict.ts'

/** Writes into the Resource what the look that decided its poll has taught, `now`, in ms on the monotonic clock. */
export function teach(resource: Resource, { found: { last }, verdict }: Look, now: number): void {
  resource.errCount = errCountAfter(resource.errCount, verdict)
  resource.verdict = verdict.verdict
  const ms = isFailure(last) ? 0 : waitMs(last, Date.now())
  resource.notBefore = ms === 0 ? 0 : now + ms
}
