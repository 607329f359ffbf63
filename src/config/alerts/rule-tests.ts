import { dirname, resolve } from 'node:path'
import type { AlertConfig } from '../../alerts/alert-rule.ts'
import type { RuleTest } from '../../alerts/simulation/rule-test.ts'
import { LineIndex } from '../../settings/line-index.ts'
import { redactName } from '../../settings/quote.ts'
import { ALERT_KEYS } from '../config.ts'
import type { AlertTrees, ConfigProblem } from '../config.ts'
import { itemsOf } from '../items-of.ts'
import { MapReader } from '../map-reader.ts'
import { placeProblems } from '../place-problems.ts'
import { ValueReader } from '../value-reader.ts'
import { parseYaml } from '../yaml-tree.ts'
import { readAlerts } from './read-alerts.ts'
import { requireKeys } from './read-map.ts'
import { readRuleTest } from './rule-test.ts'

/** The most tests of a file. */
const MAX_TESTS = 1_000

/** A file of tests of rules. */
export interface RuleTestFile {
  /** The configuration that has the rules, by absolute path; null: they are in the file itself. */
  readonly config: string | null
  /** The rules in the file itself. */
  readonly alerts: AlertConfig
  readonly tests: readonly RuleTest[]
  readonly problems: readonly ConfigProblem[]
}

/** Parses the text of the tests at `path` and collects its problems. */
export function readRuleTests(text: string, path: string, env: NodeJS.ProcessEnv): RuleTestFile {
  const places = new LineIndex(text)
  const placeOf = (offset: number) => `${redactName(path)}:${places.position(offset)}`
  const reader = new ValueReader(env)
  const { tree, problems } = parseYaml(text)
  reader.problems.push(...problems)
  const nothing = { type: 'map', offset: 0, entries: [] } as const
  const top = tree === null || tree.type === 'nothing' ? nothing : tree
  const map = new MapReader(reader, top, 'tests of rules', ['config', 'tests', ...ALERT_KEYS])
  const config = map.read('config', (name) => resolve(dirname(path), name))
  const trees: AlertTrees = Object.fromEntries(
    ALERT_KEYS.flatMap((key) => {
      const value = map.tree(key)
      return value === undefined ? [] : [[key, value]]
    }),
  )
  const [own] = Object.keys(trees)
  if (config !== null && own !== undefined)
    reader.report(map.offsetOf(own), `${own}: it stands in the file of config already`)
  if (tree !== null) requireKeys(reader, map, 'tests of rules', ['tests'])
  const { alerts } = readAlerts(reader, trees, dirname(path), new Map())
  const tests = itemsOf(reader, map.tree('tests'), 'tests', MAX_TESTS).flatMap((item, index) => {
    const test = readRuleTest(reader, item, index, placeOf)
    return test === null ? [] : [test]
  })
  return {
    config,
    alerts,
    tests,
    problems: placeProblems(reader.problems, placeOf),
  }
}
