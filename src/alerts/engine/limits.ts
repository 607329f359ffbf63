import type { Alert } from '../alert.ts'
import { conditionOf } from './conditions.ts'
import type { RuleRef } from './rule-ref.ts'

/** What a rule compares that with which is measured of a URL. Each is left out where nothing is. */
export type Limits = Pick<Alert, 'limit' | 'windowMs'>

/** The limits of a rule. */
export function limitsOf(ref: RuleRef): Limits {
  switch (ref.kind) {
    case 'slow':
      return { limit: conditionOf(ref, 'slow').overMs }
    case 'certificate':
      return { limit: conditionOf(ref, 'certificateMs') }
    case 'uptime': {
      const { below, overMs } = conditionOf(ref, 'uptime')
      return { limit: below, windowMs: overMs }
    }
    case 'flapping': {
      const { changes, withinMs } = conditionOf(ref, 'flapping')
      return { limit: changes, windowMs: withinMs }
    }
    default:
      return {}
  }
}

/** Whether two rules compare the same with the same. */
export function areSameLimits(one: Limits, other: Limits): boolean {
  return one.limit === other.limit && one.windowMs === other.windowMs
}

/** Whether what was measured is on the wrong side of a limit; never of one that there is not. */
export function isBeyond({ kind }: RuleRef, measured: number, { limit = Number.NaN }: Limits): boolean {
  return kind === 'slow' ? measured > limit : measured < limit
}
