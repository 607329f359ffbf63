import { idleRules } from '../../alerts/engine/idle-rules.ts'
import type { IdleReason } from '../../alerts/engine/idle-rules.ts'
import { wholeExpression } from '../../settings/pattern.ts'
import type { Config } from '../config.ts'

/** The most rules that are reported. */
const MAX_REPORTED = 10

const WHY: Readonly<Record<IdleReason, string>> = {
  unmatched: 'match: no URL of the lists has such labels',
  taken: 'rules above it take all URLs that it matches: write continue: on there, or put it above them',
  ungrouped: 'group: no URL that it matches has the label of by',
}

/** Lines about rules that can't fire for any URL of the lists. `labelSets`: the labels of all URLs, equal ones once. */
export function idleRuleNotices(
  { alerts, rulePlaces }: Config,
  labelSets: Iterable<Readonly<Record<string, string>>>,
): string[] {
  if (alerts === null || alerts.rules.length === 0) return []
  const idle = idleRules(alerts.rules, labelSets, wholeExpression)
  const lines = idle
    .slice(0, MAX_REPORTED)
    .map(({ rule, reason }) => `${rulePlaces.get(rule.name)}: ${WHY[reason]}`)
  const more = idle.length - lines.length
  if (more > 0) lines.push(`and ${more} more of ${alerts.rules.length} rules for no URL`)
  return lines
}
