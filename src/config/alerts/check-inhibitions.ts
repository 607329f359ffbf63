import type { AlertRule } from '../../alerts/alert-rule.ts'
import type { ValueReader } from '../value-reader.ts'
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
  for (const { name } of rules) {
    const offset = offsets.get(name) ?? 0
    for (const rule of inhibitors.get(name) ?? [])
      reader.parseAt(offset, 'inhibited-by', () => parseDefined(rule, 'rule', names))
    if (isReached(name, inhibitors)) reader.report(offset, 'inhibited-by: a circle: the rule inhibits itself')
  }
}

/** Whether the inhibitors of a rule lead back to it. */
function isReached(name: string, inhibitors: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>()
  const open = [...(inhibitors.get(name) ?? [])]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one === name) return true
    if (seen.has(one)) continue
    seen.add(one)
    open.push(...(inhibitors.get(one) ?? []))
  }
  return false
}
