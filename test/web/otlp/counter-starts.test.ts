import test from 'ava'
import { CounterStarts } from '../../../src/web/otlp/counter-starts.ts'

test('a counter begins anew when it falls, and only then', (t) => {
  const starts = new CounterStarts()
  const push = (since: number, now: number, values: Readonly<Record<string, number>>) => {
    starts.begin({ since, now })
    return Object.entries(values).map(([poller, value]) => starts.startOf('cpu', { poller }, value))
  }
  t.deepEqual(push(1_000, 2_000, { 0: 5, 1: 7 }), [1_000, 1_000])
  t.deepEqual(push(1_000, 3_000, { 0: 6, 1: 2 }), [1_000, 2_000])
  t.deepEqual(push(1_000, 4_000, { 0: 6, 1: 3 }), [1_000, 2_000])
  // The monitor was replaced at 4,500: what it counted has fallen, what others count goes on.
  t.deepEqual(push(4_500, 5_000, { 0: 1, 1: 4, 2: 1 }), [4_500, 2_000, 4_500])
  // The clock was set back.
  t.deepEqual(push(4_500, 600, { 0: 2, 1: 4, 2: 1 }), [600, 600, 600])
})
