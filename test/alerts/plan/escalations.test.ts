import test from 'ava'
import type { AlertRule } from '../../../src/alerts/alert-rule.ts'
import { NotificationPlanner } from '../../../src/alerts/plan/notification-planner.ts'
import type { SavedPlan } from '../../../src/alerts/plan/planner-state.ts'
import { alertOf, EMPTY_PLAN, plannerOptions, START, webRule } from '../../helpers/alert-samples.ts'

const step = (minutes: number, ...to: string[]) => ({ afterMs: minutes * 60_000, to })
const ruleWith = (...escalations: AlertRule['escalations']): AlertRule =>
  webRule({ groupWaitMs: 0, escalations })
const CLOSED = { covers: () => false, nextChange: () => Infinity }

type SavedGroup = SavedPlan['groups'][number]
/** How a planner comes to another rule. */
type Change = (planner: NotificationPlanner, rule: AlertRule) => NotificationPlanner

/** Another run goes on with what the file has of groups, as `read` finds it. */
const restart =
  (read = (group: SavedGroup): SavedGroup => group): Change =>
  (planner, rule) => {
    const { alerts, groups, silences, marks } = planner.snapshot()
    const rows = <Row>(map: ReadonlyMap<string, Row | null>) =>
      JSON.parse(JSON.stringify([...map.values()])) as Row[]
    const saved = { alerts: rows(alerts), groups: rows(groups).map(read), silences: rows(silences), marks }
    const next = new NotificationPlanner(plannerOptions({ rules: [rule] }), saved, marks?.savedAt ?? START)
    next.apply(
      next.firing().map((alert) => ({ type: 'seen', alert })),
      marks?.savedAt ?? START,
    )
    return next
  }

const reload: Change = (planner, rule) => {
  planner.configure([rule], CLOSED)
  return planner
}

/** Who is told by escalations at these minutes, when the rule is another one after five. */
function escalatedTo(
  change: Change,
  before: AlertRule,
  after: readonly AlertRule[],
  ...minutes: number[]
): string[] {
  let planner = new NotificationPlanner(plannerOptions({ rules: [before] }), EMPTY_PLAN, START)
  planner.apply([{ type: 'fired', alert: alertOf('a') }], START)
  for (const at of [0, 1, 2, 3, 4, 5]) planner.tick(START + at * 60_000)
  for (const rule of after) planner = change(planner, rule)
  return minutes.map((at) =>
    planner
      .tick(START + at * 60_000)
      .notifications.filter(({ notification }) => notification.cause === 'escalation')
      .map(({ receivers }) => receivers.join('+'))
      .join(),
  )
}

for (const [how, change] of [
  ['a reload', reload],
  ['an edit between two runs', restart()],
] as const) {
  test(`whoever an escalation told is not told again because ${how} puts another before it`, (t) => {
    const told = (...steps: AlertRule['escalations']) =>
      escalatedTo(change, ruleWith(step(3, 'b')), [ruleWith(...steps)], 5, 6)
    t.deepEqual(told(step(2, 'x'), step(3, 'b')), ['', ''])
    t.deepEqual(told(step(2, 'x'), step(3, 'b'), step(6, 'c')), ['', 'c'])
  })

  test(`escalations that ${how} adds after those that were told, or takes out`, (t) => {
    const told = (before: AlertRule, after: AlertRule) => escalatedTo(change, before, [after], 5, 6, 7)
    t.deepEqual(told(ruleWith(step(3, 'b')), ruleWith(step(3, 'b'), step(4, 'c'))), ['c', '', ''])
    t.deepEqual(told(ruleWith(step(2, 'x'), step(3, 'b')), ruleWith(step(3, 'b'), step(6, 'c'))), [
      '',
      'c',
      '',
    ])
    t.deepEqual(told(ruleWith(), ruleWith(step(3, 'b'))), ['b', '', ''])
    t.deepEqual(told(ruleWith(step(3, 'b'), step(9, 'c')), ruleWith(step(4, 'c'))), ['c', '', ''])
    t.deepEqual(told(ruleWith(step(3, 'b', 'c')), ruleWith(step(4, 'c', 'b'))), ['', '', ''])
    // The same receiver twice is a reminder.
    t.deepEqual(told(ruleWith(step(3, 'b'), step(7, 'b')), ruleWith(step(4, 'b'), step(7, 'b'))), [
      '',
      '',
      'b',
    ])
  })

  test(`an escalation that ${how} takes out, and another brings back, has been told`, (t) => {
    const rule = ruleWith(step(3, 'b'), step(6, 'c'))
    t.deepEqual(escalatedTo(change, rule, [ruleWith(step(6, 'c')), rule], 5, 6), ['', 'c'])
  })
}

test('escalations of an older file, which does not say who was told, are counted', (t) => {
  const older = restart((group) => {
    const { escalatedTo: steps, ...others } = group
    t.deepEqual(steps, [['b']])
    return others
  })
  const rule = ruleWith(step(3, 'b'), step(6, 'c'))
  t.deepEqual(escalatedTo(older, rule, [rule], 5, 6), ['', 'c'])
})
