import test from 'ava'
import { TurnPace } from '../../src/schedule/turn-pace.ts'

const early = () => new TurnPace(true)
const late = () => new TurnPace(false)

/** How long the turns are. */
function turns(pace: TurnPace, count: number, lent: number, intervalMs: number): number[] {
  return Array.from({ length: count }, () => {
    pace.lent(lent, intervalMs)
    return pace.waitMs + pace.aheadMs
  })
}

test('few polls at a time make turns longer and longer, up to 250 ms', (t) => {
  t.deepEqual(turns(early(), 8, 1, 3_600_000), [10, 20, 40, 80, 160, 250, 250, 250])
})

test('with enough polls a turn takes as long as the one before, with many it gets shorter', (t) => {
  const pace = early()
  turns(pace, 4, 0, 3_600_000)
  t.deepEqual(turns(pace, 2, 32, 3_600_000), [80, 80])
  t.deepEqual(turns(pace, 2, 64, 3_600_000), [80, 80])
  t.deepEqual(turns(pace, 5, 65, 3_600_000), [40, 20, 10, 5, 5])
})

test('no turn takes longer than a 250th of the shortest interval, or 5 ms', (t) => {
  t.deepEqual(turns(early(), 3, 1, 3_000), [10, 12, 12])
  t.deepEqual(turns(early(), 3, 1, 1_000), [5, 5, 5])
  const pace = early()
  turns(pace, 6, 0, 3_600_000)
  t.deepEqual(turns(pace, 1, 1, 1_000), [5])
})

test('a turn that lends early may be followed by another after 5 ms', (t) => {
  const pace = early()
  t.is(pace.aheadMs, 0)
  turns(pace, 9, 1, 3_600_000)
  t.is(pace.aheadMs, 245)
  t.is(pace.waitMs, 5)
})

test('where no poll may be early, polls wait for each other, for 50 ms or a thousandth of the shortest interval', (t) => {
  const pace = late()
  t.deepEqual(turns(pace, 5, 1, 60_000), [10, 20, 40, 50, 50])
  t.is(pace.aheadMs, 0)
  t.deepEqual(turns(late(), 3, 1, 12_000), [10, 12, 12])
})
