import test from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import { RecentPolls, LAST_POLLS, NOT_UP } from '../../src/state/recent-polls.ts'
import { seeded } from '../helpers/random.ts'
import { down, unknown, up } from '../helpers/state.ts'

const ID = 0 as ResourceId

function recentPolls(size = 1): RecentPolls {
  const polls = new RecentPolls()
  polls.ensureCapacity(size)
  return polls
}

test('a URL that was not polled has no past', (t) => {
  t.deepEqual(recentPolls().get(ID), {
    at: 0,
    changedAt: 0,
    durationMs: 0,
    upShare: Number.NaN,
    expiresAt: 0,
    lastDurations: [],
  })
})

test('the share of polls that were up; unknown says nothing', (t) => {
  const polls = recentPolls()
  for (const state of [up(0), up(0), up(0), down(0), unknown(0)]) polls.set(state, false)
  t.is(polls.get(ID).upShare, 0.75)
})

test('when it was polled and when it changed, in whole seconds', (t) => {
  const polls = recentPolls()
  polls.set(up(0, { at: 5_999 }), true)
  polls.set(up(0, { at: 8_001 }), false)
  t.like(polls.get(ID), { at: 8_001, changedAt: 5_000 })
})

test('the certificate stays known when a poll does not get that far', (t) => {
  const polls = recentPolls()
  const expiresAt = Date.UTC(2027, 0, 1)
  polls.set(up(0), true)
  polls.set(down(0), true)
  t.is(polls.expiresAt(ID), expiresAt)
  for (const none of [Number.NaN, -1, 1e300]) {
    polls.set(up(0, { tls: { protocol: 'TLSv1.3', expiresAt: none } }), false)
    t.is(polls.expiresAt(ID), 0)
  }
})

test('the last polls, the oldest first, each within 8 %', (t) => {
  const polls = recentPolls(3)
  const durations = Array.from({ length: LAST_POLLS + 3 }, (_, n) => 0.2 * 3 ** n)
  for (const [n, durationMs] of durations.entries()) {
    polls.set(up(1, { durationMs }), false)
    polls.set(down(2), false)
    const expected = durations.slice(Math.max(0, n + 1 - LAST_POLLS), n + 1)
    const { lastDurations } = polls.get(1 as ResourceId)
    t.is(lastDurations.length, expected.length)
    for (const [at, ms] of lastDurations.entries()) t.true(Math.abs(ms / (expected[at] as number) - 1) < 0.08)
  }
  t.deepEqual(
    polls.get(2 as ResourceId).lastDurations,
    Array.from({ length: LAST_POLLS }, () => NOT_UP),
  )
  t.deepEqual(polls.get(ID).lastDurations, [])
})

test('a duration is never taken for a failure or for none, however long or short', (t) => {
  const random = seeded(1)
  const polls = recentPolls()
  for (let n = 0; n < 1_000; n++) {
    polls.set(up(0, { durationMs: 10 ** (random.next() * 12 - 4) }), false)
    const last = polls.get(ID).lastDurations.at(-1) as number
    t.true(last > 0)
  }
  polls.set(up(0, { durationMs: 0 }), false)
  t.true((polls.get(ID).lastDurations.at(-1) as number) > 0)
})
