import test from 'ava'
import { MAX_DURATION_MS } from '../../src/settings/durations.ts'
import { MAX_PROFILES, Profiles } from '../../src/settings/profiles.ts'
import { urlOptionsOf } from '../../src/settings/url-options.ts'

const flags = urlOptionsOf(({ initial }) => initial)

test('equal overrides share a number, whatever the order in which they were written; none is 0', (t) => {
  const profiles = new Profiles(flags)
  t.is(profiles.acquire(null), 0)
  t.is(profiles.acquire({}), 0)
  const first = profiles.acquire({ intervalMs: 1_000, method: 'GET' })
  t.not(first, 0)
  t.is(profiles.acquire({ method: 'GET', intervalMs: 1_000 }), first)
  t.not(profiles.acquire({ intervalMs: 2_000, method: 'GET' }), first)
  t.deepEqual(
    [...profiles.inUse()].map(({ uses }) => uses),
    [2, 1],
  )
})

test('a number lasts as long as somebody has it, then goes to another, which is news', (t) => {
  const profiles = new Profiles(flags)
  const number = profiles.acquire({ method: 'GET' })
  profiles.acquire({ method: 'GET' })
  t.deepEqual(profiles.takeUpdates(), [[number, { ...flags, method: 'GET' }]])
  t.deepEqual(profiles.takeUpdates(), [])
  profiles.release(number)
  t.deepEqual(profiles.all(), [[number, { ...flags, method: 'GET' }]])
  profiles.release(number)
  t.deepEqual(profiles.all(), [])
  t.is(profiles.acquire({ method: 'HEAD' }), number)
  t.deepEqual(profiles.takeUpdates(), [[number, { ...flags, method: 'HEAD' }]])
  // What came and went before it was told is no news.
  profiles.release(profiles.acquire({ timeoutMs: 5 }))
  t.deepEqual(profiles.takeUpdates(), [])
  profiles.release(0)
})

test('cadence and deadlines default to the flags', (t) => {
  const profiles = new Profiles(flags)
  const number = profiles.acquire({ intervalMs: 1_000, timeoutMs: 30_000 })
  t.deepEqual(profiles.cadence(number), { intervalMs: 1_000, errorBackoffMs: 10_000, maxBackoffMs: 600_000 })
  t.deepEqual(profiles.cadence(0), { intervalMs: 60_000, errorBackoffMs: 10_000, maxBackoffMs: 600_000 })
  t.is(profiles.longestTimeoutMs, 30_000)
  profiles.release(number)
  t.is(profiles.longestTimeoutMs, 10_000)
  profiles.acquire({ timeoutMs: 1 })
  t.is(profiles.longestTimeoutMs, 10_000)
})

test('the longest deadline that main knows is the longest that pollers keep', (t) => {
  const profiles = new Profiles(flags)
  const pollers = () => Math.max(flags.timeoutMs, ...profiles.all().map(([, { timeoutMs }]) => timeoutMs))
  for (const timeoutMs of [1, 9_999, 10_000, 10_001, MAX_DURATION_MS]) {
    profiles.acquire({ timeoutMs })
    t.is(profiles.longestTimeoutMs, pollers())
  }
})

test('the number of profiles is bounded; released profiles leave room', (t) => {
  const profiles = new Profiles(flags)
  const take = (_: unknown, n: number): number => profiles.acquire({ intervalMs: n + 1 })
  const numbers = Array.from({ length: MAX_PROFILES }, take)
  const [first = 0] = numbers
  t.is(new Set(numbers).size, MAX_PROFILES)
  t.throws(() => profiles.acquire({ intervalMs: 1e6 }), {
    instanceOf: RangeError,
    message: 'The lists hold more than 4096 different sets of URL settings',
  })
  t.is(numbers.indexOf(profiles.acquire({ intervalMs: 7 })), 6)
  profiles.release(first)
  t.is(profiles.acquire({ intervalMs: 1e6 }), first)
})
