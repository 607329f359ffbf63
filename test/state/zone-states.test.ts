import test from 'ava'
import type { ResourceId, Verdict } from '../../src/resource/resource.ts'
import { ZoneBatch, unpackZones } from '../../src/state/zone-batch.ts'
import { ZoneStates } from '../../src/state/zone-states.ts'
import type { ZoneState } from '../../src/state/zone-states.ts'

const FIRST = 100 as ResourceId
const SECOND = 7 as ResourceId

const poll = (verdict: Verdict, status = 200) =>
  ({ verdict, reason: verdict === 'up' ? 'ok' : 'status', status, durationMs: 12.5, at: 1_000 }) as const

function statesOf(...names: string[]): ZoneStates {
  const states = new ZoneStates()
  states.setLive(names)
  return states
}

test('each zone says something else of a URL', (t) => {
  const states = statesOf('us', 'eu', '')
  states.set('us', FIRST, 0, poll('down', 503))
  states.set('eu', FIRST, 0, poll('up'))
  t.deepEqual(states.of(FIRST), [
    { zone: 'eu', ...poll('up') },
    { zone: 'us', ...poll('down', 503) },
  ])
  t.deepEqual(states.of(SECOND), [])
  t.is(states.verdict('', FIRST), 'pending')
  t.is(states.verdict('us', FIRST), 'down')
})

test('what a zone has said that is gone is forgotten, also when it comes back', (t) => {
  const states = statesOf('eu', 'us')
  states.set('us', FIRST, 0, poll('down'))
  states.set('eu', FIRST, 0, poll('up'))
  states.setLive(['eu'])
  states.set('us', FIRST, 0, poll('down'))
  states.setLive(['us', 'eu'])
  t.deepEqual(states.of(FIRST), [{ zone: 'eu', ...poll('up') }])
})

test('a URL that gets the id of another one has nothing of it', (t) => {
  const states = statesOf('eu', 'us')
  states.set('eu', FIRST, 0, poll('up'))
  states.set('us', FIRST, 1, poll('down'))
  t.deepEqual(states.of(FIRST), [{ zone: 'us', ...poll('down') }])
  t.true(states.knows(FIRST, 1))
  states.forget(FIRST)
  t.deepEqual(states.of(FIRST), [])
  t.false(states.knows(FIRST, 1))
})

test('what zones say is the same on the other side of a thread', (t) => {
  const states = statesOf('eu', 'us')
  states.set('eu', FIRST, 3, poll('up'))
  states.set('us', FIRST, 3, { verdict: 'down', reason: null, status: 0, durationMs: 0, at: 0 })
  states.set('us', SECOND, 4, poll('unknown'))
  const batch = new ZoneBatch()
  states.visit((id, generation, state) => batch.add(id, generation, states.names, state))
  const got: [ResourceId, number, ZoneState][] = []
  unpackZones(batch.take(), (id, generation, zone, rest) =>
    got.push([id, generation, { zone: states.names[zone] as string, ...rest }]),
  )
  const expected: unknown[] = []
  states.visit((...all) => expected.push(all))
  t.is(got.length, 3)
  t.deepEqual(got as unknown, expected)
  t.is(batch.length, 0)
})
