import test from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import { History, LAST_POLLS, NOT_UP } from '../../src/state/history.ts'
import { seeded } from '../helpers/random.ts'
import { down, unknown, up } from '../helpers/state.ts'

const ID = 0 as ResourceId

function historyOf(size = 1): History {
  const history = new History()
  history.ensureCapacity(size)
  return history
}

test('a URL that was not polled has no past', (t) => {
  t.deepEqual(historyOf().get(ID), {
    at: 0,
    changedAt: 0,
    durationMs: 0,
    upShare: Number.NaN,
    expiresAt: 0,
    lastDurations: [],
  })
})

test('the share of polls that were up; unknown says nothing', (t) => {
  const history = historyOf()
  for (const state of [up(0), up(0), up(0), down(0), unknown(0)]) history.set(state, false)
  t.is(history.get(ID).upShare, 0.75)
})

test('when it was polled and when it changed, in whole seconds', (t) => {
  const history = historyOf()
  history.set(up(0, { at: 5_999 }), true)
  history.set(up(0, { at: 8_001 }), false)
  t.like(history.get(ID), { at: 8_001, changedAt: 5_000 })
})

test('the certificate stays known when a poll does not get that far', (t) => {
  const history = historyOf()
  const expiresAt = Date.UTC(2027, 0, 1)
  history.set(up(0), true)
  history.set(down(0), true)
  t.is(history.expiresAt(ID), expiresAt)
  for (const none of [Number.NaN, -1, 1e300]) {
    history.set(up(0, { tls: { protocol: 'TLSv1.3', expiresAt: none } }), false)
    t.is(history.expiresAt(ID), 0)
  }
})

test('the last polls, the oldest first, each within 8 %', (t) => {
  const history = historyOf(3)
  const durations = Array.from({ length: LAST_POLLS + 3 }, (_, n) => 0.2 * 3 ** n)
  for (const [n, durationMs] of durations.entries()) {
    history.set(up(1, { durationMs }), false)
    history.set(down(2), false)
    const expected = durations.slice(Math.max(0, n + 1 - LAST_POLLS), n + 1)
    const { lastDurations } = history.get(1 as ResourceId)
    t.is(lastDurations.length, expected.length)
    for (const [at, ms] of lastDurations.entries()) t.true(Math.abs(ms / (expected[at] as number) - 1) < 0.08)
  }
  t.deepEqual(
    history.get(2 as ResourceId).lastDurations,
    Array.from({ length: LAST_POLLS }, () => NOT_UP),
  )
  t.deepEqual(history.get(ID).lastDurations, [])
})

test('a duration is never taken for a failure or for none, however long or short', (t) => {
  const random = seeded(1)
  const history = historyOf()
  for (let n = 0; n < 1_000; n++) {
    history.set(up(0, { durationMs: 10 ** (random.next() * 12 - 4) }), false)
    const last = history.get(ID).lastDurations.at(-1) as number
    t.true(last > 0)
  }
  history.set(up(0, { durationMs: 0 }), false)
  t.true((history.get(ID).lastDurations.at(-1) as number) > 0)
})
