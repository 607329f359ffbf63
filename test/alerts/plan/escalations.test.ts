import test from 'ava'
import type { AlertRule } from '../../../src/alerts/alert-rule.ts'
import { NotificationPlanner } from '../../../src/alerts/plan/notification-planner.ts'
import { alertOf, EMPTY_PLAN, plannerOptions, START, webRule } from '../../helpers/alert-samples.ts'

const step = (minutes: number, ...to: string[]) => ({ afterMs: minutes * 60_000, to })
const ruleWith = (...escalations: AlertRule['escalations']): AlertRule =>
  webRule({ groupWaitMs: 0, escalations })
const CLOSED = { covers: () => false, nextChange: () => Infinity }

/** Who is told by escalations at these minutes, when the rule is another one after five. */
function escalatedTo(before: AlertRule, after: AlertRule, ...minutes: number[]): string[] {
  const planner = new NotificationPlanner(plannerOptions({ rules: [before] }), EMPTY_PLAN, START)
  planner.apply([{ type: 'fired', alert: alertOf('a') }], START)
  for (const at of [0, 1, 2, 3, 4, 5]) planner.tick(START + at * 60_000)
  planner.configure([after], CLOSED)
  return minutes.map((at) =>
    planner
      .tick(START + at * 60_000)
      .notifications.filter(({ notification }) => notification.cause === 'escalation')
      .map(({ receivers }) => receivers.join('+'))
      .join(),
  )
}

test('whoever an escalation told is not told again because a reload puts another before it', (t) => {
  t.deepEqual(escalatedTo(ruleWith(step(3, 'b')), ruleWith(step(2, 'x'), step(3, 'b')), 5, 6), ['', ''])
  t.deepEqual(escalatedTo(ruleWith(step(3, 'b')), ruleWith(step(2, 'x'), step(3, 'b'), step(6, 'c')), 5, 6), [
    '',
    'c',
  ])
})

test('escalations that a reload adds after those that were told, or takes out', (t) => {
  t.deepEqual(escalatedTo(ruleWith(step(3, 'b')), ruleWith(step(3, 'b'), step(4, 'c')), 5), ['c'])
  t.deepEqual(escalatedTo(ruleWith(step(2, 'x'), step(3, 'b')), ruleWith(step(3, 'b'), step(6, 'c')), 5, 6), [
    '',
    'c',
  ])
  t.deepEqual(escalatedTo(ruleWith(), ruleWith(step(3, 'b')), 5), ['b'])
  // The same receiver twice is a reminder.
  t.deepEqual(escalatedTo(ruleWith(step(3, 'b'), step(7, 'b')), ruleWith(step(4, 'b'), step(7, 'b')), 5, 7), [
    '',
    'b',
  ])
})
