import test from 'ava'
import type { Alert, AlertChange } from '../../src/alerts/alert.ts'
import type { AlertRule } from '../../src/alerts/alert-rule.ts'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import type { PlannerOptions } from '../../src/alerts/plan/notification-planner.ts'
import type { PlannerTurn } from '../../src/alerts/plan/planner-state.ts'
import { alertOf, EMPTY_PLAN, plannerOptions, ruleOf, START } from './samples.ts'

const fired = (alert: Alert): AlertChange => ({ type: 'fired', alert })
const resolved = (alert: Alert, resolvedAt = START): AlertChange => ({
  type: 'resolved',
  alert: { ...alert, resolvedAt },
})
const unwatched = (alert: Alert): AlertChange => ({
  type: 'unwatched',
  alert: { ...alert, resolvedAt: START },
})

/** A planner that is restored from its rows before each step, so that each test shows too that nothing is kept elsewhere. */
class Bench {
  readonly #options: PlannerOptions
  #planner: NotificationPlanner
  #seconds = 0
  marks: PlannerTurn['marks'] = null

  constructor(options: PlannerOptions) {
    this.#options = options
    this.#planner = new NotificationPlanner(options, EMPTY_PLAN, START)
  }

  get planner(): NotificationPlanner {
    return this.#planner
  }

  restart(rules: readonly AlertRule[] = this.#options.rules): void {
    const { planner, marks } = this
    const saved = {
      alerts: planner.alerts(),
      groups: planner.groups(),
      silences: planner.silences(),
      marks,
    }
    this.#planner = new NotificationPlanner({ ...this.#options, rules }, saved, START + this.#seconds * 1_000)
  }

  /** Applies changes after so many seconds since the start, and says what is told. */
  at(seconds: number, ...changes: readonly AlertChange[]): readonly string[] {
    this.restart()
    this.#seconds = seconds
    const now = START + seconds * 1_000
    this.#planner.apply(changes, now)
    const turn = this.#planner.tick(now)
    // What is due is not due again.
    if (this.#planner.nextDue() <= now) throw new Error('it would be called for ever')
    this.marks = turn.marks ?? this.marks
    if (this.marks !== null) this.marks = { ...this.marks, savedAt: now }
    return turn.notifications.map(
      ({ notification: { cause, alerts, firing }, receivers }) =>
        `${cause} ${alerts.map(({ url }) => url.slice(8, -9)).join(' ')} (${firing}) to ${receivers.join(' ')}`,
    )
  }
}

const bench = (rule: Partial<AlertRule> = {}, options: Partial<PlannerOptions> = {}): Bench =>
  new Bench(plannerOptions({ rules: [ruleOf(rule)], ...options }))

const a = alertOf('a')
const b = alertOf('b')

test('what turns within the wait is one notification, what fires before what is over', (t) => {
  const one = bench()
  t.deepEqual(one.at(0, fired(a)), [])
  t.deepEqual(one.at(9, fired(b)), [])
  t.deepEqual(one.at(10), ['new a b (2) to ops'])
  t.deepEqual(one.at(20, resolved(a)), [])
  t.deepEqual(one.at(25, fired(alertOf('c'))), [])
  t.deepEqual(one.at(30), ['new c (2) to ops', 'resolved a (2) to ops'])
  t.deepEqual(one.at(40, resolved(b), unwatched(alertOf('c'))), [])
  t.deepEqual(one.at(50), ['resolved b (0) to ops', 'unwatched c (0) to ops'])
  t.is(one.planner.groups().length, 0)
})

test('what turns back within the wait is not told', (t) => {
  const one = bench()
  one.at(0, fired(a))
  one.at(5, resolved(a))
  t.deepEqual(one.at(10), [])
  one.at(20, fired(a))
  t.deepEqual(one.at(30), ['new a (1) to ops'])
  one.at(40, resolved(a))
  one.at(45, fired(a))
  t.deepEqual(one.at(60), [])
  t.deepEqual(one.planner.firing().length, 1)
})
