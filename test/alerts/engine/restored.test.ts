import test from 'ava'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const RULE = ruleOf('web', { down: { polls: 1 } })

test('a restart: alerts of URLs whose list is still to be read wait for it', (t) => {
  const engine = new TestEngine([RULE])
  for (const id of [0, 1]) engine.register(id)
  engine.poll(0, 'down')
  const [down] = engine.changes
  engine.poll(1, 'down')
  engine.restart([RULE], [...(down === undefined ? [] : [down]), ...engine.changes])
  engine.engine.endList(engine.now * 1_000)
  engine.register(1)
  t.deepEqual(engine.poll(1, 'down'), [])
  t.deepEqual(engine.endList(), ['unwatched web/down u0: no longer watched'])
})

test('a restart: a group with members on a list that is still to be read is not over before they were polled', (t) => {
  const group = ruleOf('web', { group: { by: 'service', down: { count: 1 } } })
  const engine = new TestEngine([group])
  for (const id of [0, 1, 2]) engine.register(id, { service: 's' })
  for (const id of [0, 1]) engine.poll(id, 'up')
  engine.poll(2, 'down')
  const fired = engine.changes
  t.is(fired.length, 1)
  engine.restart([group], fired)
  for (const id of [0, 1]) engine.register(id, { service: 's' })
  engine.engine.endList(engine.now * 1_000)
  for (const id of [0, 1]) t.deepEqual(engine.poll(id, 'up'), [])
  t.deepEqual(engine.skip(60), [])
  engine.register(2, { service: 's' })
  t.deepEqual(engine.endList(), [])
  t.deepEqual(engine.skip(1), [])
  t.deepEqual(engine.poll(2, 'up'), ['resolved web/group service=s: all 3 are up'])
})

test('a restart: a group whose other members are gone is over when each list was read', (t) => {
  const group = ruleOf('web', { group: { by: 'service', down: { count: 1 } } })
  const engine = new TestEngine([group])
  for (const id of [0, 1]) engine.register(id, { service: 's' })
  engine.poll(1, 'down')
  engine.restart([group], engine.changes)
  engine.register(0, { service: 's' })
  engine.engine.endList(engine.now * 1_000)
  t.deepEqual(engine.poll(0, 'up'), [])
  engine.endList()
  t.deepEqual(engine.skip(1), ['resolved web/group service=s: all 1 are up'])
})
