import test from 'ava'
import type { Silence } from '../../../src/alerts/alert-rule.ts'
import type { AlertChange } from '../../../src/alerts/alert.ts'
import { NotificationPlanner } from '../../../src/alerts/plan/notification-planner.ts'
import type { PlannerOptions } from '../../../src/alerts/plan/planner-options.ts'
import type { SavedPlan } from '../../../src/alerts/plan/planner-state.ts'
import { alertOf, EMPTY_PLAN, plannerOptions, ruleOf, START, webRule } from '../../helpers/alert-samples.ts'

const HOUR = 3_600_000

/** Runs that poll each URL once, an hour apart: each tells what it has to tell before it ends. */
class Runs {
  readonly #options: PlannerOptions
  #saved: SavedPlan = EMPTY_PLAN
  #now = START

  constructor(options: Partial<PlannerOptions>) {
    this.#options = plannerOptions(options)
  }

  next(changes: readonly AlertChange[] = [], silence: Silence | null = null): string[] {
    const planner = new NotificationPlanner(this.#options, this.#saved, this.#now)
    if (silence !== null) planner.silence(silence)
    const changed = new Set(changes.map(({ alert: { key } }) => key))
    const unchanged = this.#saved.alerts.filter(({ alert: { key } }) => !changed.has(key))
    const seen = unchanged.map(({ alert }): AlertChange => ({ type: 'seen', alert }))
    planner.apply([...seen, ...changes], this.#now)
    planner.endWaits(this.#now)
    const { notifications, marks } = planner.tick(this.#now)
    const [alerts, groups, silences] = [planner.alerts(), planner.groups(), planner.silences()]
    this.#saved = { alerts, groups, silences, marks }
    this.#now += HOUR
    return notifications.map(({ notification: { cause, rule } }) => `${cause} ${rule}`)
  }
}

const fired = (...args: Parameters<typeof alertOf>): AlertChange => ({
  type: 'fired',
  alert: alertOf(...args),
})

test('the run that finds a maintenance window closed tells what the window kept quiet', (t) => {
  const maintenance = {
    covers: (_: unknown, now: number) => now < START + HOUR,
    nextChange: (now: number) => (now < START + HOUR ? START + HOUR : Infinity),
  }
  const runs = new Runs({ maintenance })
  t.deepEqual(runs.next([fired('a')]), [])
  t.deepEqual(runs.next(), ['new web'])
  t.deepEqual(runs.next(), [])
})

test('the run that finds a silence over tells what the silence kept quiet', (t) => {
  const runs = new Runs({})
  const silence = { id: 's', urls: [], match: [], author: '', comment: '', from: START, to: START + HOUR }
  t.deepEqual(runs.next([fired('a')], silence), [])
  t.deepEqual(runs.next(), ['new web'])
})

test('the run that finds an alert over that inhibited others tells these', (t) => {
  const rules = [
    webRule({ inhibitedBy: [{ rule: 'uplinks', equal: ['site'] }] }),
    ruleOf('uplinks', { down: { polls: 1 } }),
  ]
  const runs = new Runs({ rules })
  const uplink = alertOf('r', { rule: 'uplinks' })
  t.deepEqual(runs.next([{ type: 'fired', alert: uplink }, fired('a')]), ['new uplinks'])
  const over = { ...uplink, resolvedAt: START + HOUR }
  t.deepEqual(runs.next([{ type: 'resolved', alert: over }]).toSorted(), ['new web', 'resolved uplinks'])
})

test('repeats go on over runs that are shorter than the time between two saves', (t) => {
  const options = plannerOptions({ rules: [webRule({ repeatMs: 20_000 })] })
  let saved: SavedPlan = EMPTY_PLAN
  let now = START
  const told: string[] = []
  for (let run = 0; run < 8; run++) {
    const planner = new NotificationPlanner(options, saved, now)
    planner.apply([run === 0 ? fired('a') : { type: 'seen', alert: alertOf('a') }], now)
    let { marks } = saved
    // Each lasts for 4 s, and ends.
    for (const end = now + 4_000; now <= end; now += 1_000) {
      const turn = planner.tick(now, now === end)
      marks = turn.marks ?? marks
      told.push(
        ...turn.notifications.map(({ notification: { cause } }) => `${cause} ${(now - START) / 1_000}`),
      )
    }
    saved = { alerts: planner.alerts(), groups: planner.groups(), silences: planner.silences(), marks }
    now += HOUR
  }
  t.is(told.length, 2, told.join())
})
