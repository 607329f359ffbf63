import test from 'ava'
import { NotificationPlanner } from '../../../src/alerts/plan/notification-planner.ts'
import { AlertStore } from '../../../src/alerts/store/alert-store.ts'
import type { SharedFields } from '../../../src/alerts/store/shared-rows.ts'
import { IN_MEMORY } from '../../../src/sqlite/open-file.ts'
import { alertOf, plannerOptions, START, webRule } from '../../helpers/alert-samples.ts'

/** What another machine would go on with. */
class Engine {
  readonly rows = new Map<string, string>()

  /** A machine that begins with all of it. */
  open(): AlertStore {
    const written = (fields: SharedFields) => {
      for (const [name, text] of fields)
        if (text === null) this.rows.delete(name)
        else this.rows.set(name, text)
    }
    const shared = { seed: [...this.rows], written }
    return new AlertStore(IN_MEMORY, { now: () => START, warn: () => {}, shared })
  }

  get kinds(): string[] {
    return [...this.rows.keys()].map((name) => name.split(' ')[0] as string).toSorted()
  }
}

/** An alert fires, and is to be told at once. */
function fire(store: AlertStore, ...to: string[]) {
  const options = plannerOptions({ rules: [webRule({ groupWaitMs: 0, to })] })
  const planner = new NotificationPlanner(options, store.loadPlan(), START)
  planner.apply([{ type: 'fired', alert: alertOf('a') }], START)
  return store.write(planner.tick(START))
}

test('a machine goes on with what another one has written, as with a file', (t) => {
  const engine = new Engine()
  const one = engine.open()
  const [row] = fire(one, 'ops')
  for (const name of ['other', 'third', 'other'])
    one.setFallback({ groupKey: 'group', receiver: 'ops' }, name)
  one.setPause('ops', START + 1_000)
  if (row === undefined) return t.fail()
  one.update({ ...row, attempts: 1, addresses: { 'a@a.example': 'taken', 'b@a.example': 2 } })
  const two = engine.open()
  t.deepEqual(two.loadPlan(), one.loadPlan())
  t.is(two.instance, one.instance)
  t.deepEqual(two.loadPending(), one.loadPending())
  t.deepEqual(two.loadPending()[0]?.addresses, { 'a@a.example': 'taken', 'b@a.example': 2 })
  t.deepEqual(two.notification(row.sequence), one.notification(row.sequence))
  t.deepEqual(two.fallbacks({ groupKey: 'group', receiver: 'ops' }), ['other', 'third'])
  t.deepEqual([...two.pauses], [['ops', START + 1_000]])

  two.update({ ...row, state: 'sent', finishedAt: START })
  t.deepEqual(engine.open().loadPending(), [])
  t.false(engine.kinds.includes('notification'), 'what was sent is nobody’s business any more')
  t.false(engine.kinds.includes('delivery'))
  t.true(engine.kinds.includes('alert'))
})

test('a limit by which an alert holds since goes to the next machine, and is told of it as before', (t) => {
  const engine = new Engine()
  const one = engine.open()
  fire(one)
  const options = plannerOptions()
  const planner = new NotificationPlanner(options, one.loadPlan(), START)
  const { key } = alertOf('a')
  planner.apply([{ type: 'held', alert: { key, limit: 0.9, windowMs: 60_000 } }], START)
  one.write(planner.tick(START))
  const [row] = engine.open().loadPlan().alerts
  t.deepEqual(row?.alert, alertOf('a', { limit: 0.9, windowMs: 60_000 }))
  t.is(row?.phase, 'told')
})

test('of a delivery that an earlier version has left nobody is known to have it', (t) => {
  const engine = new Engine()
  const [row] = fire(engine.open(), 'ops')
  for (const [name, text] of engine.rows)
    if (name.startsWith('delivery '))
      engine.rows.set(name, JSON.stringify({ ...JSON.parse(text), addresses: undefined }))
  t.deepEqual(engine.open().loadPending(), row === undefined ? [] : [row])
})

test('a notification stays until all of its receivers have it', (t) => {
  const engine = new Engine()
  const store = engine.open()
  const [first, second] = fire(store, 'ops', 'other')
  if (first === undefined || second === undefined) return t.fail()
  store.update({ ...first, state: 'sent', finishedAt: START })
  t.deepEqual(
    engine
      .open()
      .loadPending()
      .map(({ receiver }) => receiver),
    [second.receiver],
  )
  t.true(engine.open().hasDelivery(first))
  store.update({ ...second, state: 'dead', finishedAt: START })
  t.false(engine.open().hasDelivery(first))
})

test('rows of a newer version are left to it', (t) => {
  const engine = new Engine()
  engine.rows.set('weather here', '"rain"')
  t.deepEqual(engine.open().loadPlan().alerts, [])
  t.is(engine.rows.get('weather here'), '"rain"')
})
