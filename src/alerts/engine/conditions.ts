import type { Lasting, RuleConditions } from '../alert-rule.ts'
import type { AppliedRules, RuleRef } from './rule-ref.ts'

/** The condition of a kind; throws a TypeError if the rule has none, which no RuleRef allows. */
export function conditionOf<Name extends keyof RuleConditions>(
  { rule }: RuleRef,
  name: Name,
): NonNullable<RuleConditions[Name]> {
  const condition = rule.conditions[name]
  if (condition === null || condition === undefined) throw new TypeError(`rule ${rule.name} has no ${name}`)
  return condition
}

/** Whether something has lasted long enough: so many polls, or since a time in ms. */
export function hasLasted(lasting: Lasting, polls: number, since: number, now: number): boolean {
  return 'polls' in lasting ? polls >= lasting.polls : now - since >= lasting.ms
}

/** When it will have lasted long enough without another poll, in ms; Infinity: never. */
export function dueOf(lasting: Lasting, since: number): number {
  return 'polls' in lasting || Number.isNaN(since) ? Number.POSITIVE_INFINITY : since + lasting.ms
}

/** Whether it follows from how many members a group has how many of them must be down. */
export function isShare(ref: RuleRef): boolean {
  return 'share' in conditionOf(ref, 'group').down
}

/** How many members of a group of `listed` must be down. At least one. */
export function membersNeeded(ref: RuleRef, listed: number): number {
  const { down } = conditionOf(ref, 'group')
  if ('count' in down) return Math.max(1, down.count)
  // A share such as 0.07 of 100 is a little more than 7.
  return Math.max(1, Math.ceil(Number((down.share * listed).toPrecision(12))))
}

/** Whether a poll that found a quiet URL up can begin an alert. `leftMs`: until its certificate expires; NaN: it has none. */
export function hasCause({ slow, certificate }: AppliedRules, durationMs: number, leftMs: number): boolean {
  return (
    slow.some((ref) => durationMs > conditionOf(ref, 'slow').overMs) ||
    certificate.some((ref) => leftMs < conditionOf(ref, 'certificateMs'))
  )
}
