import type { AlertRule } from '../../alerts/alert-rule.ts'
import type { ValueReader } from '../value-reader.ts'
import { isInCircle } from './circle.ts'
import { parseDefined } from './read-map.ts'

/** Reports rules that are inhibited by a rule that does not exist, or by each other: then nobody might be told of either. */
export function checkInhibitions(
  reader: ValueReader,
  rules: readonly AlertRule[],
  offsets: ReadonlyMap<string, number>,
): void {
  const names = new Set(rules.map(({ name }) => name))
  const inhibitors = new Map(
    rules.map(({ name, inhibitedBy }) => [name, inhibitedBy.map(({ rule }) => rule)]),
  )
  const inhibitorsOf = (name: string) => inhibitors.get(name) ?? []
  for (const { name } of rules) {
    const offset = offsets.get(name) ?? 0
    for (const rule of inhibitorsOf(name))
      reader.parseAt(offset, 'inhibited-by', () => parseDefined(rule, 'rule', names))
    if (isInCircle(name, inhibitorsOf))
      reader.report(offset, 'inhibited-by: a circle: the rule inhibits itself')
  }
}
