import type { AlertRule } from '../alert-rule.ts'

/** Rules by name, the escalations of each in the order of their times. */
export function rulesByName(rules: readonly AlertRule[]): ReadonlyMap<string, AlertRule> {
  const inOrder = (rule: AlertRule): AlertRule => ({
    ...rule,
    escalations: rule.escalations.toSorted((a, b) => a.afterMs - b.afterMs),
  })
  return new Map(rules.map((rule) => [rule.name, inOrder(rule)]))
}
