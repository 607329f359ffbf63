import test from 'ava'
import { effectiveIntervalMs } from '../../src/resource/cadence.ts'
import type { Verdict } from '../../src/resource/resource.ts'
import { RETRY_UNKNOWN_MS, nextDue } from '../../src/schedule/next-due.ts'

const cadence = { intervalMs: 60_000, errorBackoffMs: 10_000, maxBackoffMs: 600_000 }

const step = test.macro({
  exec(t, errCount: number, expected: number) {
    t.is(effectiveIntervalMs(cadence, errCount), expected)
  },
  title: (_, errCount) => `the interval after ${String(errCount)} errors`,
})

test(step, 0, 60_000)
test(step, 1, 70_000)
test(step, 5, 110_000)
test(step, 60, 660_000)
test(step, 61, 660_000)
test(step, 0xffff_ffff, 660_000)

interface Polled {
  dueAt?: number
  errCount?: number
  verdict?: Verdict
  notBefore?: number
  now: number
}

const due = test.macro({
  exec(t, polled: Polled, expected: { dueAt: number; slotAt?: number; skipped: number }) {
    const { now, dueAt, ...resource } = {
      dueAt: 1_000,
      errCount: 0,
      verdict: 'up' as const,
      notBefore: 0,
      ...polled,
    }
    t.deepEqual(nextDue(cadence, dueAt, resource, now), { slotAt: expected.dueAt, ...expected })
  },
  title: (name) => name ?? '',
})

test(
  'the slot counts from the intended time, not from the answer',
  due,
  { now: 1_041 },
  { dueAt: 61_000, skipped: 0 },
)
test('a late answer does not change the next slot', due, { now: 60_999.9 }, { dueAt: 61_000, skipped: 0 })
test('a fraction of a ms is kept', due, { dueAt: 1_000.25, now: 1_500 }, { dueAt: 61_000.25, skipped: 0 })
test('a slot that begins now is not missed', due, { now: 61_000 }, { dueAt: 61_000, skipped: 0 })
test('a later slot that begins now is not missed', due, { now: 181_000 }, { dueAt: 181_000, skipped: 2 })
test('a missed slot is skipped', due, { now: 61_000.1 }, { dueAt: 121_000, skipped: 1 })
test(
  'many missed slots are skipped at once, without a burst',
  due,
  { now: 661_001 },
  { dueAt: 721_000, skipped: 11 },
)
test('errors make the interval longer', due, { errCount: 2, now: 2_000 }, { dueAt: 81_000, skipped: 0 })
test(
  'missed slots are counted by the longer interval',
  due,
  { errCount: 2, now: 81_001 },
  { dueAt: 161_000, skipped: 1 },
)
test('the interval has a maximum', due, { errCount: 1_000, now: 2_000 }, { dueAt: 661_000, skipped: 0 })
test(
  '`down` without an error keeps the base',
  due,
  { verdict: 'down', now: 2_000 },
  { dueAt: 61_000, skipped: 0 },
)
test(
  'slots that Retry-After rules out are left out, not missed',
  due,
  { notBefore: 200_000, now: 2_000 },
  { dueAt: 241_000, skipped: 0 },
)
test(
  'the slot at which Retry-After ends is used',
  due,
  { notBefore: 181_000, now: 2_000 },
  { dueAt: 181_240, slotAt: 181_000, skipped: 0 },
)
test(
  'a poll that may begin early begins after Retry-After: just before a slot',
  due,
  { notBefore: 60_800, now: 2_000 },
  { dueAt: 61_040, slotAt: 61_000, skipped: 0 },
)
test(
  'a Retry-After before the next slot changes nothing',
  due,
  { notBefore: 60_000, now: 2_000 },
  { dueAt: 61_000, skipped: 0 },
)
test(
  'a Retry-After long past changes nothing',
  due,
  { dueAt: 900_000, notBefore: 60_000, now: 900_001 },
  { dueAt: 960_000, skipped: 0 },
)
test(
  'missed slots before the end of Retry-After are missed',
  due,
  { notBefore: 200_000, now: 62_000 },
  { dueAt: 241_000, skipped: 1 },
)
test(
  '`unknown` is asked again soon',
  due,
  { verdict: 'unknown', now: 2_000 },
  { dueAt: 2_000 + RETRY_UNKNOWN_MS, slotAt: 1_000, skipped: 0 },
)
test(
  'an early repeat is not later than the next slot',
  due,
  { verdict: 'unknown', now: 59_000 },
  { dueAt: 61_000, skipped: 0 },
)
test(
  'nor before Retry-After is over',
  due,
  { verdict: 'unknown', notBefore: 90_000, now: 2_000 },
  { dueAt: 121_000, skipped: 0 },
)

test('late answers for a day do not make the cadence drift', (t) => {
  let dueAt = 17.5
  for (let poll = 1; poll <= 1_440; poll++) {
    const next = nextDue(
      cadence,
      dueAt,
      { errCount: 0, verdict: 'up', notBefore: 0 },
      dueAt + ((poll * 7_919) % 59_000),
    )
    t.is(next.skipped, 0)
    dueAt = next.dueAt
    if (dueAt !== 17.5 + poll * 60_000) t.fail(`poll ${poll} at ${dueAt}`)
  }
  t.is(dueAt, 17.5 + 86_400_000)
})

test('after recovery the interval is the normal one again', (t) => {
  const failed = nextDue(cadence, 0, { errCount: 3, verdict: 'down', notBefore: 0 }, 100)
  t.is(failed.dueAt, 90_000)
  t.is(nextDue(cadence, failed.dueAt, { errCount: 0, verdict: 'up', notBefore: 0 }, 90_050).dueAt, 150_000)
})

test('a URL that is polled early during a local outage has its own slots again after it', (t) => {
  let next = { slotAt: 17_000, dueAt: 17_000, skipped: 0 }
  for (let polls = 0; polls < 50; polls++) {
    next = nextDue(cadence, next.slotAt, { errCount: 0, verdict: 'unknown', notBefore: 0 }, next.dueAt + 30)
    t.is(next.skipped, 0)
  }
  next = nextDue(cadence, next.slotAt, { errCount: 0, verdict: 'up', notBefore: 0 }, next.dueAt + 30)
  t.is((next.dueAt - 17_000) % 60_000, 0)
  t.is(next.slotAt, next.dueAt)
})
