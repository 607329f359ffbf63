import test from 'ava'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const AFTER_3 = ruleOf('web', { down: { polls: 3 } })
const FIRED = 'fired web/down u0: down for 3 polls: 503 Service Unavailable'

function started(rule = AFTER_3): TestEngine {
  const engine = new TestEngine([rule])
  engine.register(0)
  engine.poll(0, 'up')
  return engine
}

test('a URL is down after so many polls in a row, once, and up again after the first that finds it up', (t) => {
  const engine = started()
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'down'), [])
  engine.now = 60
  t.deepEqual(engine.poll(0, 'down'), [FIRED])
  t.like(engine.changes[0]?.alert, { since: 0, resolvedAt: null, severity: 'critical', group: '' })
  t.like(engine.changes[0]?.alert.state, { verdict: 'down', status: 503, at: 60_000 })
  t.deepEqual(engine.poll(0, 'down'), [])
  engine.now = 80
  t.deepEqual(engine.poll(0, 'up'), ['resolved web/down u0: up again after 1m 20s: 200 OK'])
  t.like(engine.changes[0]?.alert, { since: 0, resolvedAt: 80_000 })
})

test('a poll that finds it up begins the count again', (t) => {
  const engine = started()
  for (const verdict of ['down', 'down', 'up', 'down', 'down'] as const)
    t.deepEqual(engine.poll(0, verdict), [])
  t.deepEqual(engine.poll(0, 'down'), [FIRED])
})

test('unknown polls neither count nor begin the count again', (t) => {
  const engine = started()
  for (const verdict of ['down', 'unknown', 'down', 'unknown', 'unknown'] as const)
    t.deepEqual(engine.poll(0, verdict), [])
  t.deepEqual(engine.poll(0, 'down'), [FIRED])
  t.deepEqual(engine.poll(0, 'unknown'), [])
  t.is(engine.poll(0, 'up').length, 1)
})

test('a URL that is down from the start on fires too', (t) => {
  const engine = new TestEngine([AFTER_3])
  engine.register(0)
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'down'), [FIRED])
})

test('a duration ends without another poll, while the last one found it down', (t) => {
  const engine = started(ruleOf('web', { down: { ms: 120_000 }, up: { ms: 60_000 } }))
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.skip(119), [])
  t.deepEqual(engine.skip(1), ['fired web/down u0: down for 2m: 503 Service Unavailable'])
  t.deepEqual(engine.poll(0, 'up'), [])
  t.deepEqual(engine.skip(59), [])
  t.deepEqual(engine.skip(1), ['resolved web/down u0: up again after 2m: 200 OK'])
  t.like(engine.changes[0]?.alert, { since: 0, resolvedAt: 120_000 })
})

test('a duration does not end while the URL is unknown', (t) => {
  const engine = started(ruleOf('web', { down: { ms: 120_000 } }))
  engine.poll(0, 'down')
  engine.poll(0, 'unknown')
  t.deepEqual(engine.skip(1_000), [])
  t.deepEqual(engine.poll(0, 'down'), ['fired web/down u0: down for 16m 40s: 503 Service Unavailable'])
})

test('up after 2 polls: one that finds it up does not end the alert', (t) => {
  const engine = started(ruleOf('web', { down: { polls: 1 }, up: { polls: 2 } }))
  t.deepEqual(engine.poll(0, 'down'), ['fired web/down u0: down: 503 Service Unavailable'])
  t.deepEqual(engine.poll(0, 'up'), [])
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'up'), [])
  t.is(engine.poll(0, 'up').length, 1)
})

test('a clock that is set back neither begins nor ends anything', (t) => {
  const engine = started(ruleOf('web', { down: { ms: 120_000 } }))
  engine.now = 1_000
  engine.poll(0, 'down')
  t.deepEqual(engine.skip(-900), [])
  t.deepEqual(engine.skip(800), [])
  t.deepEqual(engine.skip(219), [])
  t.is(engine.skip(1).length, 1)
})

test('polls of an earlier URL with the same id are ignored', (t) => {
  const engine = new TestEngine([ruleOf('web', { down: { polls: 1 } })])
  engine.register(0, {}, 0)
  engine.forget(0)
  t.deepEqual(engine.poll(0, 'down', { generation: 0 }), [])
  engine.register(0, {}, 1)
  t.deepEqual(engine.poll(0, 'down', { generation: 0 }), [])
  t.is(engine.poll(0, 'down', { generation: 1 }).length, 1)
})

test('an id that is used again without having left begins anew', (t) => {
  const engine = new TestEngine([ruleOf('web', { down: { polls: 1 } })])
  engine.register(0, {}, 0)
  engine.poll(0, 'down')
  engine.register(0, {}, 1)
  t.deepEqual(engine.poll(0, 'down', { generation: 1 }), [
    'unwatched web/down u0: no longer watched',
    'fired web/down u0: down: 503 Service Unavailable',
  ])
})
