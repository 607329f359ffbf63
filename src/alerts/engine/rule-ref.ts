import { ALERT_KINDS } from '../alert-rule.ts'
import type { AlertKind, AlertRule } from '../alert-rule.ts'

/** One condition of one rule. There is one object for each, so that two are the same if they are equal by `===`. */
export interface RuleRef {
  readonly rule: AlertRule
  readonly kind: AlertKind
}

/** The conditions that hold for URLs with some labels, by kind, each kind in the order of the rules. */
export type AppliedRules = Readonly<Record<AlertKind, readonly RuleRef[]>>

/** The bit of a kind in a mask. */
export function kindBit(kind: AlertKind): number {
  return 1 << ALERT_KINDS.indexOf(kind)
}

/** The kinds of alert that a rule has conditions for. */
export function kindsOf({ conditions }: Pick<AlertRule, 'conditions'>): AlertKind[] {
  const has: Readonly<Record<AlertKind, boolean>> = {
    down: conditions.down !== null,
    unknown: conditions.unknownMs !== null,
    slow: conditions.slow !== null,
    certificate: conditions.certificateMs !== null,
    uptime: conditions.uptime !== null,
    changed: conditions.changed,
    flapping: conditions.flapping !== null,
    group: conditions.group !== null,
  }
  return ALERT_KINDS.filter((kind) => has[kind])
}

/** Puts conditions under their kinds. */
export function applyRules(refs: readonly RuleRef[]): AppliedRules {
  const of = (kind: AlertKind) => refs.filter((ref) => ref.kind === kind)
  return Object.fromEntries(ALERT_KINDS.map((kind) => [kind, of(kind)])) as unknown as AppliedRules
}
