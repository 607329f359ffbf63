import test from 'ava'
import { CounterStarts } from '../../../src/web/otlp/counter-starts.ts'

const STARTED = 1_000

test('a counter begins anew when it falls, and only then', (t) => {
  const starts = new CounterStarts(STARTED)
  const push = (now: number, values: Readonly<Record<string, number>>) => {
    starts.begin({ since: STARTED, now })
    return Object.entries(values).map(([poller, value]) => starts.startOf('cpu', { poller }, value))
  }
  t.deepEqual(push(2_000, { 0: 5, 1: 7 }), [STARTED, STARTED])
  t.deepEqual(push(3_000, { 0: 6, 1: 2 }), [STARTED, 2_000])
  t.deepEqual(push(4_000, { 0: 6, 1: 3, 2: 1 }), [STARTED, 2_000, STARTED])
})

test('a clock that is set back moves a start once', (t) => {
  const starts = new CounterStarts(STARTED)
  const startsAt = (now: number, since: number, value: number) => {
    const times = starts.begin({ since, now })
    return [starts.startOf('skipped', {}, value), times.since]
  }
  t.deepEqual(startsAt(2_000, 1_500, 1), [STARTED, 1_500])
  t.deepEqual(startsAt(600, 1_500, 2), [600, 600])
  t.deepEqual(startsAt(700, 1_500, 3), [600, 600])
  t.deepEqual(startsAt(2_500, 1_500, 4), [600, 600])
  // Another monitor.
  t.deepEqual(startsAt(2_600, 2_550, 5), [600, 2_550])
})
