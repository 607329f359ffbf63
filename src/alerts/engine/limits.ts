import { conditionOf } from './conditions.ts'
import type { RuleRef } from './rule-ref.ts'

/** What a rule compares that with which is measured of a URL: ms, or a share of `uptime`. NaN: nothing is measured for it. */
export function limitOf(ref: RuleRef): number {
  switch (ref.kind) {
    case 'slow':
      return conditionOf(ref, 'slow').overMs
    case 'certificate':
      return conditionOf(ref, 'certificateMs')
    case 'uptime':
      return conditionOf(ref, 'uptime').below
    default:
      return Number.NaN
  }
}

/** Whether what was measured is on the wrong side of a limit; never of NaN. */
export function isBeyond({ kind }: RuleRef, measured: number, limit: number): boolean {
  return kind === 'slow' ? measured > limit : measured < limit
}
