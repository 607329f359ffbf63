import { ALERT_KINDS } from '../../alerts/alert-rule.ts'
import type { Lasting, RuleConditions } from '../../alerts/alert-rule.ts'
import { kindsOf } from '../../alerts/engine/rule-ref.ts'
import { parseInteger, parseSwitch } from '../../settings/values.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { MapReader } from '../map-reader.ts'
import type { ValueReader } from '../value-reader.ts'
import { readGroupCondition } from './group-condition.ts'
import { readDuration, requireKeys } from './read-map.ts'

/** The most polls that a condition may ask for, and the most turns. */
const MAX_POLLS = 1_000_000
const MAX_CHANGES = 10_000

const ONE_POLL: Lasting = { polls: 1 }

/** The keys of a rule that say when it fires: the kinds, of which it needs at least one, and `up`. */
export const RULE_CONDITION_KEYS: readonly string[] = [...ALERT_KINDS, 'up']

/** Reads the conditions of a rule. Reports a rule that can never fire. */
export function readConditions(reader: ValueReader, rule: MapReader): RuleConditions {
  const problems = reader.problems.length
  const conditions: RuleConditions = {
    down: readLasting(reader, rule, 'down'),
    up: readLasting(reader, rule, 'up') ?? ONE_POLL,
    unknownMs: readParts(reader, rule, 'unknown', ['for'], (map) => readDuration(map, 'for')),
    slow: readParts(reader, rule, 'slow', ['over', 'for'], (map) => {
      const overMs = readDuration(map, 'over')
      const forMs = readDuration(map, 'for')
      return overMs === null || forMs === null ? null : { overMs, forMs }
    }),
    certificateMs: readDuration(rule, 'certificate'),
    uptime: readParts(reader, rule, 'uptime', ['below', 'over'], (map) => {
      const below = map.read('below', parseShare)
      const overMs = readDuration(map, 'over')
      return below === null || overMs === null ? null : { below, overMs }
    }),
    changed: rule.read('changed', parseSwitch) ?? false,
    flapping: readParts(reader, rule, 'flapping', ['changes', 'within'], (map) => {
      const changes = map.read('changes', (text) => parseInteger(text, 1, MAX_CHANGES))
      const withinMs = readDuration(map, 'within')
      return changes === null || withinMs === null ? null : { changes, withinMs }
    }),
    group: readGroupCondition(reader, rule.tree('group')),
  }
  if (reader.problems.length > problems) return conditions
  if (kindsOf({ conditions }).length === 0)
    reader.report(
      rule.offset,
      `alerts: the rule can never fire: add a condition, one of ${ALERT_KINDS.join(', ')}`,
    )
  else if (rule.tree('up') !== undefined && conditions.down === null)
    reader.report(rule.offsetOf('up'), 'up: it has no effect without down')
  return conditions
}

/** `true`, `false`, or `{ after: 3 }`, `{ after: 2m }`; null: there is no such condition. */
function readLasting(reader: ValueReader, rule: MapReader, key: string): Lasting | null {
  const tree = rule.tree(key)
  if (tree?.type === 'scalar') return rule.read(key, parseSwitch) === true ? ONE_POLL : null
  return readParts(reader, rule, key, ['after'], (map) => map.read('after', parseLasting))
}

/** Throws a RangeError. */
function parseLasting(text: string): Lasting {
  return /^\d+$/.test(text) ? { polls: parseInteger(text, 1, MAX_POLLS) } : { ms: parseLongDuration(text) }
}

/** What `read` makes of the map under a key that has all of `keys`; null without the key or with a mistake. */
function readParts<T>(
  reader: ValueReader,
  rule: MapReader,
  key: string,
  keys: readonly string[],
  read: (map: MapReader) => T | null,
): T | null {
  const tree = rule.tree(key)
  if (tree === undefined) return null
  const map = new MapReader(reader, tree, key, keys)
  if (tree.type !== 'map') return null
  requireKeys(reader, map, key, keys)
  return read(map)
}

/** Parses a share in percent, such as `99.9%`, to a number from 0 to 1. Throws a RangeError. */
export function parseShare(text: string): number {
  const percent = Number(/^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)?.[1] ?? Number.NaN)
  if (!(percent > 0 && percent <= 100))
    throw new RangeError('not a share such as 99.9%, more than 0% and at most 100%')
  // Without the rounding error of a division.
  return Number(`${percent}e-2`)
}
