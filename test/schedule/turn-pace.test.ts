import test from 'ava'
import { TurnPace } from '../../src/schedule/turn-pace.ts'

function turns(count: number, lent: number, intervalMs: number, pace = new TurnPace()): number[] {
  return Array.from({ length: count }, () => pace.after(lent, intervalMs))
}

test('few polls at a time wait longer and longer for each other, up to 50 ms', (t) => {
  t.deepEqual(turns(6, 1, 60_000), [10, 20, 40, 50, 50, 50])
})

test('with enough polls a turn takes as long as the one before, with many it gets shorter', (t) => {
  const pace = new TurnPace()
  turns(4, 0, 60_000, pace)
  t.deepEqual(turns(2, 8, 60_000, pace), [50, 50])
  t.deepEqual(turns(2, 16, 60_000, pace), [50, 50])
  t.deepEqual(turns(5, 17, 60_000, pace), [25, 12.5, 6.25, 5, 5])
})

test('no poll waits longer than a thousandth of the shortest interval, or 5 ms', (t) => {
  t.deepEqual(turns(3, 1, 12_000), [10, 12, 12])
  t.deepEqual(turns(3, 1, 1_000), [5, 5, 5])
  const pace = new TurnPace()
  turns(4, 0, 60_000, pace)
  t.is(pace.after(1, 2_000), 5)
})
