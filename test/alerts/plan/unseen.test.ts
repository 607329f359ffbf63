import test from 'ava'
import type { Alert, AlertChange } from '../../../src/alerts/alert.ts'
import type { AlertRule } from '../../../src/alerts/alert-rule.ts'
import { NotificationPlanner } from '../../../src/alerts/plan/notification-planner.ts'
import type { PlannerOptions } from '../../../src/alerts/plan/planner-options.ts'
import { alertOf, EMPTY_PLAN, plannerOptions, ruleOf, START, webRule } from '../../helpers/alert-samples.ts'

const a = alertOf('a')
const b = alertOf('b')
const fired = (alert: Alert): AlertChange => ({ type: 'fired', alert })
const seen = ({ key }: Alert): AlertChange => ({ type: 'seen', alert: { key } })
const resolved = (alert: Alert): AlertChange => ({ type: 'resolved', alert: { ...alert, resolvedAt: START } })

/** Planners one after the other, whose times are in seconds since the first began. */
class Runs {
  readonly #options: PlannerOptions
  #planner: NotificationPlanner

  constructor(rules: readonly AlertRule[], options: Partial<PlannerOptions> = {}) {
    this.#options = plannerOptions({ rules, ...options })
    this.#planner = new NotificationPlanner(this.#options, EMPTY_PLAN, START)
  }

  /** A run that is killed right after its last turn, and one that begins at once. */
  restart(): void {
    const { alerts, groups, silences, marks } = this.#planner.snapshot()
    const rows = <Row>(map: ReadonlyMap<string, Row | null>) => [...map.values()] as Row[]
    const saved = { alerts: rows(alerts), groups: rows(groups), silences: rows(silences), marks }
    this.#planner = new NotificationPlanner(this.#options, saved, marks?.savedAt ?? START)
  }

  at(seconds: number, ...changes: readonly AlertChange[]): string {
    const now = START + seconds * 1_000
    this.#planner.apply(changes, now)
    const { notifications } = this.#planner.tick(now)
    if (this.#planner.nextDue() <= now) throw new Error('it would be called for ever')
    return notifications
      .map(({ notification: { cause, alerts }, receivers }) =>
        [cause, ...alerts.map(({ url }) => url.slice(8, -9)), 'to', ...receivers].join(' '),
      )
      .join(', ')
  }
}

test('after a restart what waited is told once it was seen, and not if it is over', (t) => {
  const runs = new Runs([webRule()])
  t.is(runs.at(0, fired(a), fired(b)), '')
  runs.restart()
  t.is(runs.at(3_600), '')
  t.is(runs.at(3_601, seen(a), resolved(a), seen(b)), '')
  t.is(runs.at(3_611), 'new b to ops')
})

test('after a restart a wait that is not over goes on, and is not begun anew by what is seen within it', (t) => {
  const runs = new Runs([webRule()])
  runs.at(0, fired(a))
  runs.restart()
  t.is(runs.at(5, seen(a)), '')
  t.is(runs.at(10), 'new a to ops')
})

test('after another restart before the first poll it still waits for that', (t) => {
  const runs = new Runs([webRule()])
  runs.at(0, fired(a))
  for (const seconds of [20, 40, 60]) {
    runs.restart()
    t.is(runs.at(seconds), '')
  }
  runs.at(61, seen(a))
  t.is(runs.at(71), 'new a to ops')
})

test('after a restart the end of maintenance frees only what was seen', (t) => {
  const until = START + 60_000
  const runs = new Runs([webRule({ groupWaitMs: 0 })], {
    maintenance: { covers: (_, now) => now < until, nextChange: (now) => (now < until ? until : Infinity) },
  })
  t.is(runs.at(0, fired(a), fired(b)), '')
  runs.restart()
  t.is(runs.at(3_600), '')
  t.is(runs.at(3_601, seen(a)), 'new a to ops')
  t.is(runs.at(3_602, seen(b), resolved(b)), '')
})

test('after a restart what another alert kept quiet waits for its own poll', (t) => {
  const inhibitedBy = [{ rule: 'net', equal: ['dc'] }]
  const runs = new Runs([
    webRule({ groupWaitMs: 0, inhibitedBy }),
    ruleOf('net', {}, { to: ['net'], groupWaitMs: 0 }),
  ])
  const net = alertOf('n', { rule: 'net' })
  t.is(runs.at(0, fired(net)), 'new n to net')
  t.is(runs.at(1, fired(a), fired(b)), '')
  runs.restart()
  t.is(runs.at(10, seen(net), resolved(net)), 'resolved n to net')
  t.is(runs.at(11, seen(a), resolved(a)), '')
  t.is(runs.at(12, seen(b)), 'new b to ops')
})

test('after a restart an escalation and a repeat that are due wait for all of their alerts, and are not lost', (t) => {
  const rule = webRule({
    groupWaitMs: 0,
    repeatMs: 7_200_000,
    escalations: [{ afterMs: 60_000, to: ['phone'] }],
  })
  const runs = new Runs([rule])
  runs.at(0, fired(a), fired(b))
  runs.restart()
  t.is(runs.at(61), '')
  t.is(runs.at(62, seen(a)), '')
  t.is(runs.at(63, seen(b), resolved(b)), 'resolved b to ops, escalation a to phone')
  runs.restart()
  t.is(runs.at(7_300), '')
  t.is(runs.at(20_000), '')
  t.is(runs.at(20_001, seen(a)), 'repeat a to ops phone')
})

test('after a restart an escalation waits five minutes for those that are not polled yet, and tells of the others', (t) => {
  const runs = new Runs([webRule({ groupWaitMs: 0, escalations: [{ afterMs: 60_000, to: ['phone'] }] })])
  runs.at(0, fired(a), fired(b))
  runs.restart()
  t.is(runs.at(61, seen(a)), '')
  t.is(runs.at(299), '')
  t.is(runs.at(300), 'escalation a to phone')
})

test('after a restart a change that was to be told is told', (t) => {
  const runs = new Runs([webRule()])
  runs.at(0, fired({ ...a, kind: 'changed' }))
  runs.restart()
  t.is(runs.at(10), 'new a to ops')
})
