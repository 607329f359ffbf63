import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import type { RuleConditions } from '../../../src/alerts/alert-rule.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { isTurn, pollOf, TestEngine } from '../../helpers/alert-engine.ts'
import { hash, ruleOf } from '../../helpers/alert-samples.ts'

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

/** What the last steps have seen of an earlier run, by URL and group. */
function seenOf(engine: TestEngine): string[] {
  const keys = engine.engine.takeChanges().flatMap(({ type, alert }) => (type === 'seen' ? [alert.key] : []))
  return keys.map((key) => NAMES.get(key) ?? key)
}

const NAMES = new Map(
  (['down', 'unknown', 'uptime', 'group'] as const).map((kind) => {
    const subject = kind === 'group' ? ['', 'service=s'] : ['u0', '']
    return [hash(JSON.stringify(['web', kind, ...subject])), kind]
  }),
)

/** An engine with alerts of an earlier run: two URLs, of which `u0` had been down. */
async function restarted(conditions: Partial<RuleConditions>): Promise<TestEngine> {
  const rule = ruleOf('web', conditions)
  const engine = new TestEngine([rule], { uptimeOf: () => Promise.resolve(0.5) })
  for (const id of [0, 1]) engine.register(id, { service: 's' })
  engine.engine.poll(pollOf(1, 'up'), 0)
  engine.engine.poll(pollOf(0, 'down'), 0)
  if (conditions.unknownMs != null) engine.engine.poll(pollOf(0, 'unknown'), 0)
  await tickUptime(engine, 0)
  engine.restart([rule], engine.engine.takeChanges().filter(isTurn))
  for (const id of [0, 1]) engine.register(id, { service: 's' })
  engine.engine.endList(0)
  engine.engine.endRestored(0)
  engine.engine.tick(1_000)
  return engine
}

async function tickUptime(engine: TestEngine, now: number): Promise<void> {
  engine.engine.tick(now)
  await setImmediate()
}

test('a restart: an alert is seen when its URL is up or down for the first time, once', async (t) => {
  const engine = await restarted({ down: { polls: 1 } })
  t.deepEqual(seenOf(engine), [])
  for (const id of [0, 1]) engine.engine.poll(pollOf(id, id === 0 ? 'unknown' : 'down'), 1_000)
  engine.engine.verdictLost(1 as ResourceId, 0, 1_000)
  t.deepEqual(seenOf(engine), [])
  engine.engine.poll(pollOf(0, 'down'), 2_000)
  t.deepEqual(seenOf(engine), ['down'])
  engine.engine.poll(pollOf(0, 'down'), 3_000)
  t.deepEqual(seenOf(engine), [])
})

test('a restart: that a URL is over is said after that it was seen', async (t) => {
  const engine = await restarted({ down: { polls: 1 } })
  engine.engine.poll(pollOf(0, 'up'), 2_000)
  t.deepEqual(
    engine.engine.takeChanges().map(({ type }) => type),
    ['seen', 'resolved'],
  )
})

test('a restart: that a URL is unknown is seen by any poll', async (t) => {
  const engine = await restarted({ unknownMs: 0 })
  t.deepEqual(seenOf(engine), [])
  engine.engine.poll(pollOf(0, 'unknown'), 2_000)
  t.deepEqual(seenOf(engine), ['unknown'])
})

test('a restart: an uptime is seen when the history has said it, not by a poll', async (t) => {
  const engine = await restarted({ uptime: { below: 0.9, overMs: 60_000 } })
  engine.engine.poll(pollOf(0, 'down'), 2_000)
  t.deepEqual(seenOf(engine), [])
  await tickUptime(engine, 120_000)
  t.deepEqual(seenOf(engine), ['uptime'])
})

test('a restart: a group is seen when enough of it is down, or all of it was polled', async (t) => {
  const conditions = { group: { by: 'service', down: { count: 1 } } }
  const one = await restarted(conditions)
  one.engine.poll(pollOf(0, 'down'), 2_000)
  t.deepEqual(seenOf(one), ['group'])
  const other = await restarted(conditions)
  other.engine.poll(pollOf(0, 'up'), 2_000)
  t.deepEqual(seenOf(other), [])
  other.engine.poll(pollOf(1, 'down'), 2_000)
  t.deepEqual(seenOf(other), ['group'])
})
