import type { AlertRule } from '../alert-rule.ts'
import { labelOf } from './label-test.ts'
import type { CompilePattern, LabelValues } from './label-test.ts'
import { RuleIndex } from './rule-index.ts'
import { kindsOf } from './rule-ref.ts'

/** Why a rule can't fire for any URL of the lists. */
export type IdleReason =
  /** No URL has such labels. */
  | 'unmatched'
  /** Rules above have taken all URLs that it matches, for all of its conditions. */
  | 'taken'
  /** No URL that it matches has the label of its groups. */
  | 'ungrouped'

/**
 * The rules that can't fire for any of these labels, each with the first reason that holds, in the order of the configuration. Empty if
 * there is no URL. Rules without a condition are left out: they are reported elsewhere.
 */
export function idleRules(
  rules: readonly AlertRule[],
  labelSets: Iterable<LabelValues>,
  compile: CompilePattern,
): { readonly rule: AlertRule; readonly reason: IdleReason }[] {
  const index = new RuleIndex(rules, compile)
  const withConditions = rules.filter((rule) => kindsOf(rule).length > 0)
  const unmatched = new Map(withConditions.map((rule) => [rule.name, rule]))
  const taken = new Map(unmatched)
  const ungrouped = new Map(rules.filter(isGroupOnly).map((rule) => [rule.name, rule]))
  const all = new RuleIndex(
    rules.map((rule) => ({ ...rule, continues: true })),
    compile,
  )
  let isEmpty = true
  for (const labels of labelSets) {
    isEmpty = false
    if (unmatched.size > 0) for (const { rule } of all.find(labels)) unmatched.delete(rule.name)
    if (taken.size > 0 || ungrouped.size > 0)
      for (const { rule } of index.find(labels)) {
        taken.delete(rule.name)
        const { group } = rule.conditions
        if (group !== null && labelOf(labels, group.by) !== '') ungrouped.delete(rule.name)
      }
    if (taken.size + ungrouped.size === 0) break
  }
  if (isEmpty) return []
  return withConditions.flatMap((rule) => {
    const reason = unmatched.has(rule.name)
      ? 'unmatched'
      : taken.has(rule.name)
        ? 'taken'
        : ungrouped.has(rule.name)
          ? 'ungrouped'
          : null
    return reason === null ? [] : [{ rule, reason }]
  })
}

/** Whether a rule has no condition but that on groups. */
function isGroupOnly(rule: AlertRule): boolean {
  const kinds = kindsOf(rule)
  return kinds.length === 1 && kinds[0] === 'group'
}
