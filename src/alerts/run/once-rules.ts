import type { AlertRule, Lasting } from '../alert-rule.ts'

const ONE_POLL: Lasting = { polls: 1 }

/**
 * Rules for a run that polls each URL once: its result is all that will be known, so what was to last counts at once, and a poll that is tried again is
 * no change.
 */
export function onceRules(rules: readonly AlertRule[]): readonly AlertRule[] {
  return rules.map((rule) => {
    const { down } = rule.conditions
    const conditions = {
      ...rule.conditions,
      down: down === null ? null : ONE_POLL,
      up: ONE_POLL,
      changed: false,
    }
    return { ...rule, conditions }
  })
}
