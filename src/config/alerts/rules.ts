import { ALERT_SEVERITIES } from '../../alerts/alert-rule.ts'
import type { AlertRule, Escalation, Inhibition } from '../../alerts/alert-rule.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { parseChoiceOf, parseSwitch } from '../../settings/values.ts'
import { itemsOf } from '../items-of.ts'
import { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { readConditions, RULE_CONDITION_KEYS } from './conditions.ts'
import { readMatch } from './match.ts'
import { NameTable } from './name-table.ts'
import { readDuration, readLabels, readReceiverNames, readSeconds, requireKeys } from './read-map.ts'

/** The most rules, and the most escalations and inhibitions of one. */
const MAX_RULES = 10_000
const MAX_STEPS = 20

/** How long a rule waits for more that belongs into the same notification unless it says so, in ms. */
const DEFAULT_GROUP_WAIT_MS = 10_000

/** The keys of a rule. */
export const RULE_KEYS: readonly string[] = [
  'name',
  'to',
  'match',
  ...RULE_CONDITION_KEYS,
  'group-by',
  'group-wait',
  'repeat',
  'severity',
  'escalate',
  'inhibited-by',
  'continue',
]

/** Rules, with where each begins. */
interface ReadRules {
  readonly rules: readonly AlertRule[]
  readonly offsets: ReadonlyMap<string, number>
}

/** Reads `alerts:`. `receivers`: the names that are defined. */
export function readRules(
  reader: ValueReader,
  tree: Tree | undefined,
  receivers: ReadonlySet<string>,
): ReadRules {
  const names = new NameTable('rule')
  const offsets = new Map<string, number>()
  const rules = itemsOf(reader, tree, 'alerts', MAX_RULES).flatMap((item, index) => {
    const map = new MapReader(reader, item, 'alerts', RULE_KEYS)
    if (item.type !== 'map') return []
    const name = names.read(reader, map, index)
    requireKeys(reader, map, 'alerts', ['to'])
    const rule: AlertRule = {
      name,
      match: readMatch(reader, map.tree('match')),
      to: readReceiverNames(reader, map.tree('to'), 'to', receivers),
      severity: map.read('severity', parseChoiceOf(ALERT_SEVERITIES)) ?? 'critical',
      conditions: readConditions(reader, map),
      groupBy: readLabels(reader, map.tree('group-by'), 'group-by'),
      groupWaitMs: map.read('group-wait', (text) => parseLongDuration(text, 0)) ?? DEFAULT_GROUP_WAIT_MS,
      repeatMs: readSeconds(map, 'repeat'),
      escalations: readEscalations(reader, map.tree('escalate'), receivers),
      continues: map.read('continue', parseSwitch) ?? false,
      inhibitedBy: readInhibitions(reader, map.tree('inhibited-by')),
    }
    offsets.set(name, map.offset)
    return [rule]
  })
  return { rules, offsets }
}

function readEscalations(
  reader: ValueReader,
  tree: Tree | undefined,
  receivers: ReadonlySet<string>,
): readonly Escalation[] {
  const steps = itemsOf(reader, tree, 'escalate', MAX_STEPS).flatMap((item) => {
    const map = new MapReader(reader, item, 'escalate', ['after', 'to'])
    if (item.type !== 'map') return []
    requireKeys(reader, map, 'escalate', ['after', 'to'])
    const afterMs = readDuration(map, 'after')
    const to = readReceiverNames(reader, map.tree('to'), 'to', receivers)
    return afterMs === null ? [] : [{ afterMs, to }]
  })
  return steps.toSorted((one, other) => one.afterMs - other.afterMs)
}

function readInhibitions(reader: ValueReader, tree: Tree | undefined): readonly Inhibition[] {
  return itemsOf(reader, tree, 'inhibited-by', MAX_STEPS).flatMap((item) => {
    const map = new MapReader(reader, item, 'inhibited-by', ['rule', 'equal'])
    if (item.type !== 'map') return []
    requireKeys(reader, map, 'inhibited-by', ['rule', 'equal'])
    const rule = map.read('rule', (text) => text)
    const equal = readLabels(reader, map.tree('equal'), 'equal')
    if (map.tree('equal')?.type === 'list' && equal.length === 0)
      reader.report(map.offsetOf('equal'), 'equal: name a label')
    return rule === null ? [] : [{ rule, equal }]
  })
}
