import test from 'ava'
import type { Alert } from '../../../src/alerts/alert.ts'
import type { RuleConditions } from '../../../src/alerts/alert-rule.ts'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const REFUSED = { reason: 'refused', status: 0, detail: 'connection refused' }

/** An engine with one URL, and its alert when it has begun. */
function firing(
  conditions: Partial<RuleConditions>,
  begin: (engine: TestEngine) => unknown,
): { engine: TestEngine; alert: Alert } {
  const engine = new TestEngine([ruleOf('web', conditions)])
  engine.register(0)
  begin(engine)
  return { engine, alert: engine.changes[0]?.alert as Alert }
}

test('an alert says what the last poll saw, and for how long it has lasted', (t) => {
  const { engine, alert } = firing({ down: { ms: 120_000 } }, (one) => [one.poll(0, 'down'), one.skip(120)])
  t.is(alert.summary, 'down for 2m: 503 Service Unavailable')
  engine.skip(3_480)
  engine.poll(0, 'down', { ...REFUSED, errCount: 60 })
  t.like(engine.engine.current(alert), {
    key: alert.key,
    since: 0,
    lastedMs: 3_600_000,
    summary: 'down for 1h: refused: connection refused',
    state: { at: 3_600_000, reason: 'refused', errCount: 60 },
  })
})

test('an end says how long it lasted, and so does the alert of a group', (t) => {
  const { engine } = firing({ down: { polls: 1 } }, (one) => one.poll(0, 'down'))
  engine.skip(90)
  engine.poll(0, 'up')
  t.like(engine.changes[0], { type: 'resolved', alert: { lastedMs: 90_000 } })
  const group = new TestEngine([ruleOf('web', { group: { by: 'team', down: { count: 1 } } })])
  group.register(0, { team: 'a' })
  group.poll(0, 'down')
  const alert = group.changes[0]?.alert as Alert
  group.skip(60)
  t.is(group.engine.current(alert).lastedMs, 60_000)
})

test('polls are counted on, and after a restart the time', (t) => {
  const rules = [ruleOf('web', { down: { polls: 2 } })]
  const { engine, alert } = firing({ down: { polls: 2 } }, (one) => [
    one.poll(0, 'down'),
    one.poll(0, 'down'),
  ])
  engine.poll(0, 'down', REFUSED)
  t.is(engine.engine.current(alert).summary, 'down for 3 polls: refused: connection refused')
  engine.now = 600
  engine.restart(rules, [{ type: 'fired', alert }])
  engine.register(0)
  t.is(engine.engine.current(alert), alert)
  engine.poll(0, 'down')
  t.is(engine.engine.current(alert).summary, 'down for 10m: 503 Service Unavailable')
})

test('a poll that says nothing of the condition leaves the summary as it was', (t) => {
  const { engine, alert } = firing({ down: { polls: 1 }, up: { polls: 2 } }, (one) => one.poll(0, 'down'))
  for (const verdict of ['unknown', 'up'] as const) {
    engine.poll(0, verdict)
    t.like(engine.engine.current(alert), { summary: 'down: 503 Service Unavailable', state: { verdict } })
  }
  engine.poll(0, 'up')
  t.is(engine.engine.current(alert), alert)
})

test('unknown, slow and certificate too', (t) => {
  const unknown = firing({ unknownMs: 60_000 }, (one) => [one.poll(0, 'unknown'), one.skip(60)])
  unknown.engine.skip(540)
  t.is(unknown.engine.engine.current(unknown.alert).summary, 'unknown for 10m: local: no route')
  const slow = firing({ slow: { overMs: 1_000, forMs: 0 } }, (one) =>
    one.poll(0, 'up', { durationMs: 2_000 }),
  )
  slow.engine.now = 60
  slow.engine.poll(0, 'up', { durationMs: 3_000 })
  t.is(slow.engine.engine.current(slow.alert).summary, 'slower than 1s for 1m: the last poll took 3s')
  const day = 86_400_000
  const expiring = firing({ certificateMs: 14 * day }, (one) =>
    one.poll(0, 'up', { certificateExpiresAt: 13.5 * day }),
  )
  expiring.engine.now = 10 * 86_400
  expiring.engine.poll(0, 'up', { certificateExpiresAt: 13.5 * day })
  t.is(expiring.engine.engine.current(expiring.alert).summary, 'certificate expires in 3 days')
})
