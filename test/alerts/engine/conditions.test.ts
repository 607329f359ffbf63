import test from 'ava'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'
import type { AlertRule } from '../../../src/alerts/alert-rule.ts'

const DAY_S = 86_400

function started(...rules: readonly AlertRule[]): TestEngine {
  const engine = new TestEngine(rules)
  engine.register(0)
  engine.poll(0, 'up')
  return engine
}

test('unknown for a duration, with or without polls, until a poll that knows', (t) => {
  const engine = started(ruleOf('blind', { unknownMs: 600_000 }))
  t.deepEqual(engine.poll(0, 'unknown'), [])
  t.deepEqual(engine.skip(599), [])
  t.deepEqual(engine.skip(1), ['fired blind/unknown u0: unknown for 10m: local: no route'])
  t.deepEqual(engine.poll(0, 'unknown'), [])
  t.deepEqual(engine.poll(0, 'down'), [
    'resolved blind/unknown u0: known again after 10m: down, 503 Service Unavailable',
  ])
})

test('when many URLs are due at once, each call looks at some of them', (t) => {
  const engine = new TestEngine([ruleOf('blind', { unknownMs: 60_000 })])
  for (let id = 0; id < 5; id++) {
    engine.register(id)
    engine.poll(id, 'unknown')
  }
  const fired = [2, 2, 2, 2].map((limit) => {
    const isBehind = engine.engine.tick(60_000, limit)
    return [isBehind, engine.engine.takeChanges().length]
  })
  t.deepEqual(fired, [
    [true, 2],
    [true, 2],
    [false, 1],
    [false, 0],
  ])
})

test('a short time of unknown is not told, and the next one begins anew', (t) => {
  const engine = started(ruleOf('blind', { unknownMs: 600_000 }))
  engine.poll(0, 'unknown')
  engine.skip(500)
  engine.poll(0, 'up')
  engine.poll(0, 'unknown')
  t.deepEqual(engine.skip(599), [])
  t.is(engine.skip(1).length, 1)
})

test('a verdict that is lost is unknown, and no change of the URL', (t) => {
  const engine = started(ruleOf('blind', { unknownMs: 60_000, changed: true, down: { polls: 1 } }))
  t.deepEqual(engine.lose(0), [])
  t.deepEqual(engine.skip(60), ['fired blind/unknown u0: unknown for 1m: parent: the parent is down'])
  t.deepEqual(engine.poll(0, 'up'), ['resolved blind/unknown u0: known again after 1m: up, 200 OK'])
})

test('a verdict is not lost before there was one', (t) => {
  const engine = new TestEngine([ruleOf('blind', { unknownMs: 0 })])
  t.deepEqual(engine.lose(0), [])
  engine.register(0)
  t.deepEqual(engine.lose(0), [])
  t.deepEqual(engine.skip(60), [])
})

const SLOW = ruleOf('slow', { slow: { overMs: 2_000, forMs: 300_000 } })

test('slow: all polls that found it up took longer, until one did not', (t) => {
  const engine = started(SLOW)
  t.deepEqual(engine.poll(0, 'up', { durationMs: 2_001 }), [])
  t.deepEqual(engine.skip(299), [])
  t.deepEqual(engine.poll(0, 'up', { durationMs: 3_000 }), [])
  // No poll, no alert: one slow poll an hour ago does not make a URL slow.
  t.deepEqual(engine.skip(1), [])
  t.deepEqual(engine.poll(0, 'up', { durationMs: 3_210 }), [
    'fired slow/slow u0: slower than 2s for 5m: the last poll took 3.2s',
  ])
  t.like(engine.changes[0]?.alert, { since: 0 })
  t.deepEqual(engine.poll(0, 'down', { durationMs: 1 }), [])
  t.deepEqual(engine.poll(0, 'up', { durationMs: 2_000 }), [
    'resolved slow/slow u0: no longer slow after 5m: the last poll took 2s',
  ])
})

test('slow: a fast poll begins the time again, one that is not up does not', (t) => {
  const engine = started(SLOW)
  engine.poll(0, 'up', { durationMs: 2_500 })
  engine.skip(200)
  engine.poll(0, 'up', { durationMs: 100 })
  engine.poll(0, 'up', { durationMs: 2_500 })
  engine.skip(200)
  engine.poll(0, 'down')
  engine.poll(0, 'unknown')
  t.deepEqual(engine.poll(0, 'up', { durationMs: 2_500 }), [])
  engine.skip(100)
  t.is(engine.poll(0, 'up', { durationMs: 2_500 }).length, 1)
})

test('certificate: from the last one that was seen, until a later one', (t) => {
  const engine = started(ruleOf('cert', { certificateMs: 14 * DAY_S * 1_000 }))
  t.deepEqual(engine.poll(0, 'up', { certificateExpiresAt: 20 * DAY_S * 1_000 }), [])
  engine.skip(6 * DAY_S)
  t.deepEqual(engine.poll(0, 'up', { certificateExpiresAt: 20 * DAY_S * 1_000 }), [])
  engine.skip(3_600)
  t.deepEqual(engine.poll(0, 'down'), ['fired cert/certificate u0: certificate expires in 13 days'])
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'up', { certificateExpiresAt: 96 * DAY_S * 1_000 }), [
    'resolved cert/certificate u0: certificate expires in 89 days',
  ])
})

test('certificate: by the clock of the machine, also when that went on while headcount did not', (t) => {
  const engine = started(ruleOf('cert', { certificateMs: 14 * DAY_S * 1_000 }))
  const seen = (day: number) => ({ at: day * DAY_S * 1_000, certificateExpiresAt: 20 * DAY_S * 1_000 })
  t.deepEqual(engine.poll(0, 'up', seen(0)), [])
  engine.skip(1)
  t.deepEqual(engine.poll(0, 'up', seen(15)), ['fired cert/certificate u0: certificate expires in 5 days'])
  engine.skip(1)
  t.deepEqual(engine.poll(0, 'up', seen(0)), ['resolved cert/certificate u0: certificate expires in 20 days'])
})

test('certificate: one that has expired already', (t) => {
  const engine = started(ruleOf('cert', { certificateMs: 14 * DAY_S * 1_000 }))
  engine.skip(10 * DAY_S)
  t.deepEqual(engine.poll(0, 'up', { certificateExpiresAt: 7 * DAY_S * 1_000 }), [
    'fired cert/certificate u0: certificate expired 3 days ago',
  ])
})

test('changed: verdict, reason and status are told, each time; nothing is resolved', (t) => {
  const engine = new TestEngine([ruleOf('any', { changed: true })])
  engine.register(0)
  t.deepEqual(engine.poll(0, 'up'), [])
  t.deepEqual(engine.poll(0, 'up', { durationMs: 5 }), [])
  t.deepEqual(engine.poll(0, 'up', { status: 204, detail: 'No Content' }), [
    'fired any/changed u0: was up (200 OK), is up (204 No Content)',
  ])
  t.deepEqual(engine.poll(0, 'down'), [
    'fired any/changed u0: was up (204 No Content), is down (503 Service Unavailable)',
  ])
  t.deepEqual(engine.poll(0, 'down', { reason: 'timeout', status: 0, detail: 'no answer in 10 s' }), [
    'fired any/changed u0: was down (503 Service Unavailable), is down (timeout: no answer in 10 s)',
  ])
  t.deepEqual(engine.forget(0), [])
})

test('changed: unknown is no change, but what it is after it can be one', (t) => {
  const engine = started(ruleOf('any', { changed: true }))
  t.deepEqual(engine.poll(0, 'unknown'), [])
  t.deepEqual(engine.poll(0, 'unknown'), [])
  t.deepEqual(engine.poll(0, 'up'), [])
  engine.poll(0, 'unknown')
  t.deepEqual(engine.poll(0, 'down'), [
    'fired any/changed u0: was up (200 OK), is down (503 Service Unavailable)',
  ])
})

const FLAPPING = ruleOf('web', { down: { polls: 1 }, flapping: { changes: 3, withinMs: 600_000 } })
const FLAPS = 'fired web/flapping u0: flapping: more than 3 changes between up and down in 10m'

/** Turns so often that it flaps, every 10 s. It is up before and after. */
function flap(engine: TestEngine): string[] {
  return (['down', 'up', 'down', 'up'] as const).flatMap((verdict) => [
    ...engine.skip(10),
    ...engine.poll(0, verdict),
  ])
}

test('flapping is told once, and once as settled after a whole window without too many turns', (t) => {
  const engine = started(FLAPPING)
  const changes = flap(engine)
  // The alert of the last time that it was down goes on while it flaps.
  t.deepEqual(
    changes.map((text) => text.slice(0, 17)),
    ['fired web/down u0', 'resolved web/down', 'fired web/down u0', 'fired web/flappin'],
  )
  t.is(changes.at(-1), FLAPS)
  t.deepEqual(flap(engine), [])
  t.deepEqual(engine.skip(599), [])
  t.deepEqual(engine.skip(1), [
    'resolved web/flapping u0: settled after 10m 40s: up, 200 OK',
    'resolved web/down u0: up again after 50s: 200 OK',
  ])
  t.like(engine.changes[1]?.alert, { since: 30_000, resolvedAt: 80_000 })
})

test('a URL that came up while it flapped was down until then, also when its rule flaps no more', (t) => {
  const engine = started(FLAPPING)
  flap(engine)
  engine.skip(100)
  engine.reconfigure([ruleOf('web', { down: { polls: 1 } })])
  t.deepEqual(engine.skip(0), ['resolved web/down u0: up again after 10s: 200 OK'])
})

test('a URL that is still down when it has settled is not told to be up', (t) => {
  const engine = started(FLAPPING)
  flap(engine)
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.skip(600), [
    'resolved web/flapping u0: settled after 10m: down, 503 Service Unavailable',
  ])
  t.deepEqual(engine.poll(0, 'up'), ['resolved web/down u0: up again after 10m 10s: 200 OK'])
})

test('a URL that flapped before it was told to be down is told when it has settled', (t) => {
  const engine = started(ruleOf('web', { down: { polls: 2 }, flapping: { changes: 2, withinMs: 600_000 } }))
  for (const verdict of ['down', 'up'] as const) t.deepEqual(engine.poll(0, verdict), [])
  t.is(engine.poll(0, 'down').length, 1)
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.poll(0, 'down'), [])
  t.deepEqual(engine.skip(600), [
    'resolved web/flapping u0: settled after 10m: down, 503 Service Unavailable',
    'fired web/down u0: down for 3 polls: 503 Service Unavailable',
  ])
})

test('turns that lie further apart are no flapping, and unknown is no turn', (t) => {
  const engine = started(FLAPPING)
  for (const verdict of ['down', 'up', 'down', 'up', 'down', 'up'] as const) {
    engine.skip(201)
    t.false(engine.poll(0, verdict).includes(FLAPS))
  }
  const other = started(FLAPPING)
  for (const verdict of ['unknown', 'up', 'unknown', 'up', 'unknown', 'up', 'unknown'] as const)
    t.deepEqual(other.poll(0, verdict), [])
})

test('a URL that is unknown has not settled', (t) => {
  const engine = started(FLAPPING)
  flap(engine)
  engine.poll(0, 'unknown')
  t.deepEqual(engine.skip(1_000), [])
  t.deepEqual(engine.poll(0, 'up'), [
    'resolved web/flapping u0: settled after 16m 40s: up, 200 OK',
    'resolved web/down u0: up again after 10s: 200 OK',
  ])
})
