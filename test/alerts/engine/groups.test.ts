import test from 'ava'
import type { Alert } from '../../../src/alerts/alert.ts'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

const HALF = ruleOf('shop', { group: { by: 'service', down: { share: 2 / 5 } } })

/** URLs of a service, all up. */
function started(count: number, rule = HALF): TestEngine {
  const engine = new TestEngine([rule])
  for (let id = 0; id < count; id++) engine.register(id, { service: 'pay' })
  for (let id = 0; id < count; id++) engine.poll(id, 'up')
  return engine
}

test('a group is down when enough of its members are, until all are up', (t) => {
  const engine = started(5)
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(1, 'down'), ['fired shop/group service=pay: 2 of 5 are down'])
  t.like(engine.changes[0]?.alert, { labels: { service: 'pay' }, url: '', state: null })
  t.deepEqual(engine.poll(2, 'down'), [])
  t.deepEqual(engine.poll(2, 'up'), [])
  t.deepEqual(engine.poll(1, 'up'), [])
  t.deepEqual(engine.poll(0, 'up'), ['resolved shop/group service=pay: all 5 are up'])
})

test('a share is that of the members listed, rounded up; a number is a number', (t) => {
  const engine = started(6)
  t.deepEqual([engine.poll(0, 'down'), engine.poll(1, 'down')].flat(), [])
  t.deepEqual(engine.poll(2, 'down'), ['fired shop/group service=pay: 3 of 6 are down'])
  const other = started(6, ruleOf('shop', { group: { by: 'service', down: { count: 1 } } }))
  t.deepEqual(other.poll(0, 'down'), ['fired shop/group service=pay: 1 of 6 is down'])
  const all = started(100, ruleOf('shop', { group: { by: 'service', down: { share: 0.07 } } }))
  for (let id = 0; id < 6; id++) t.deepEqual(all.poll(id, 'down'), [])
  t.is(all.poll(6, 'down').length, 1)
})

test('unknown members are not down, and with fewer than half known nothing changes', (t) => {
  const engine = started(5)
  engine.poll(0, 'down')
  engine.poll(1, 'down')
  for (const id of [2, 3, 4, 1, 0]) t.deepEqual(engine.poll(id, 'unknown'), [])
  t.deepEqual(engine.poll(0, 'up'), [])
  t.deepEqual(engine.poll(1, 'up'), [])
  t.deepEqual(engine.poll(2, 'up'), ['resolved shop/group service=pay: none of 5 is down, 2 unknown'])
})

test('the first polls of a list fire when half of the group is known', (t) => {
  const engine = new TestEngine([HALF])
  for (let id = 0; id < 5; id++) engine.register(id, { service: 'pay' })
  t.deepEqual(engine.skip(1), [])
  t.deepEqual([engine.poll(0, 'down'), engine.poll(1, 'down')].flat(), [])
  t.deepEqual(engine.poll(2, 'up'), ['fired shop/group service=pay: 2 of 5 are down, 2 unknown'])
})

test('by a share a group does not fire while a list is still to be read, nor is it waited for without end', (t) => {
  const begin = () => {
    const engine = new TestEngine([HALF])
    engine.register(0, { service: 'pay' })
    engine.engine.awaitLists(0)
    t.deepEqual(engine.poll(0, 'down'), [])
    t.deepEqual(engine.skip(599), [])
    return engine
  }
  t.deepEqual(begin().skip(1), ['fired shop/group service=pay: 1 of 1 is down'])
  const small = begin()
  small.endList()
  t.deepEqual(small.skip(0), ['fired shop/group service=pay: 1 of 1 is down'])
  const engine = begin()
  for (const id of [1, 2, 3, 4]) engine.register(id, { service: 'pay' })
  engine.endList()
  for (const id of [1, 2, 3]) t.deepEqual(engine.poll(id, 'up'), [])
  t.deepEqual(engine.skip(1), [])
  t.deepEqual(engine.poll(4, 'down'), ['fired shop/group service=pay: 2 of 5 are down'])
})

test('members that leave count no more, at the next tick; without any the group is not watched', (t) => {
  const engine = started(5)
  engine.poll(0, 'down')
  t.deepEqual(engine.skip(1), [])
  for (const id of [2, 3, 4]) t.deepEqual(engine.forget(id), [])
  t.deepEqual(engine.skip(1), ['fired shop/group service=pay: 1 of 2 is down'])
  engine.forget(0)
  t.deepEqual(engine.skip(1), ['resolved shop/group service=pay: all 1 are up'])
  engine.register(5, { service: 'pay' })
  engine.poll(5, 'down')
  engine.forget(5)
  engine.forget(1)
  t.deepEqual(engine.skip(1), ['unwatched shop/group service=pay: no longer watched'])
})

test('URLs without the label are in no group, and other values are other groups', (t) => {
  const engine = new TestEngine([ruleOf('shop', { group: { by: 'service', down: { count: 1 } } })])
  engine.register(0)
  engine.register(1, { service: 'pay' })
  engine.register(2, { service: 'search' })
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(1, 'down'), ['fired shop/group service=pay: 1 of 1 is down'])
  t.deepEqual(engine.poll(2, 'down'), ['fired shop/group service=search: 1 of 1 is down'])
})

test('a URL with another value of the label changes its group', (t) => {
  const engine = started(2, ruleOf('shop', { group: { by: 'service', down: { count: 1 } } }))
  engine.poll(0, 'down')
  engine.register(0, { service: 'search' })
  t.deepEqual(engine.skip(1), [
    'resolved shop/group service=pay: all 1 are up',
    'fired shop/group service=search: 1 of 1 is down',
  ])
})

test('a group whose members lose their verdict is as it was', (t) => {
  const engine = started(2)
  engine.poll(0, 'down')
  t.deepEqual([engine.lose(1), engine.lose(0), engine.skip(1)].flat(), [])
})

test('after a restart a group is told again neither to be down nor to be up before half is known', (t) => {
  const engine = started(4)
  engine.poll(0, 'down')
  engine.poll(1, 'down')
  engine.restart([HALF], engine.changes)
  for (let id = 0; id < 4; id++) engine.register(id, { service: 'pay' })
  t.deepEqual(engine.endList(), [])
  t.deepEqual(engine.poll(2, 'up'), [])
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual([engine.poll(0, 'up'), engine.poll(1, 'up')].flat(), [])
  // One that is unknown since the start may be the one that was down; it need not be known ever.
  t.deepEqual([engine.poll(3, 'unknown'), engine.skip(1), engine.skip(3_590)].flat(), [])
  t.deepEqual(engine.skip(10), ['resolved shop/group service=pay: none of 4 is down, 1 unknown'])
})

test('after a restart a group is not up before its members were polled, also if rules are read again', (t) => {
  const engine = started(2)
  engine.poll(0, 'down')
  engine.restart([HALF], engine.changes)
  for (let id = 0; id < 2; id++) engine.register(id, { service: 'pay' })
  engine.endList()
  t.deepEqual(engine.poll(1, 'up'), [])
  t.deepEqual([engine.reconfigure([HALF]), engine.skip(1), engine.poll(1, 'up')].flat(), [])
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'up'), ['resolved shop/group service=pay: all 2 are up'])
})

test('a group is not up because members that were down are unknown', (t) => {
  const engine = started(5)
  engine.poll(0, 'down')
  engine.poll(1, 'down')
  t.deepEqual(
    [engine.poll(0, 'unknown'), engine.poll(0, 'unknown'), engine.lose(1), engine.skip(1)].flat(),
    [],
  )
  t.deepEqual([engine.reconfigure([HALF]), engine.poll(2, 'unknown'), engine.poll(0, 'up')].flat(), [])
  t.deepEqual(engine.forget(1), [])
  t.deepEqual(engine.skip(1), ['resolved shop/group service=pay: none of 4 is down, 1 unknown'])
})

test('a reload keeps what fires for a group whose rule remains', (t) => {
  const engine = started(2)
  engine.poll(0, 'down')
  const other = ruleOf('shop', { group: { by: 'service', down: { count: 2 } } })
  t.deepEqual(engine.reconfigure([other]), [])
  t.deepEqual(engine.skip(1), [])
  t.deepEqual(engine.reconfigure([ruleOf('shop', { group: { by: 'team', down: { count: 2 } } })]), [
    'unwatched shop/group service=pay: no longer watched',
  ])
})

test('the alert of a group says how many are down now', (t) => {
  const engine = started(5)
  engine.poll(0, 'down')
  engine.poll(1, 'down')
  const alert = engine.changes[0]?.alert as Alert
  const summary = () => engine.engine.current(alert).summary
  for (const id of [2, 3, 4]) engine.poll(id, 'down')
  t.is(summary(), '5 of 5 are down')
  for (const id of [0, 1, 2]) engine.poll(id, 'unknown')
  t.is(summary(), '2 of 5 are down')
  engine.poll(0, 'up')
  t.is(summary(), '2 of 5 are down, 2 unknown')
})
