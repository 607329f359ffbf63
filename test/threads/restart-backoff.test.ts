import test from 'ava'
import { RestartBackoff } from '../../src/threads/restart-backoff.ts'

test('the delay is 0 after the first death and grows up to a limit when others follow soon', (t) => {
  const backoff = new RestartBackoff()
  backoff.started(1, 0)
  const waits = Array.from({ length: 9 }, (_, n) => {
    backoff.started(0, n * 1_000)
    return backoff.died(0, n * 1_000 + 500)
  })
  t.is(waits[0], 0)
  t.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  )
  t.true((waits[1] as number) > 0)
  t.is(waits[7], waits[8])
  t.is(backoff.died(1, 9_000), 0, 'each poller counts for itself')
})

test('after a long run the delay is 0 again', (t) => {
  const backoff = new RestartBackoff()
  backoff.started(0, 0)
  backoff.died(0, 1)
  backoff.started(0, 2)
  t.true(backoff.died(0, 3) > 0)
  backoff.started(0, 1_000)
  t.is(backoff.died(0, 60_000), 0)
})

test('while no thread runs the delay is at most 2 s', (t) => {
  const backoff = new RestartBackoff()
  for (let n = 0; n < 9; n++) {
    backoff.started(0, n * 1_000)
    backoff.started(1, n * 1_000)
    backoff.died(0, n * 1_000 + 1)
    t.true(backoff.died(1, n * 1_000 + 2) <= 2_000)
  }
  backoff.started(0, 20_000)
  backoff.started(1, 20_000)
  t.true(backoff.died(1, 20_001) > 2_000)
})

test('when none runs, five failed starts of a thread in a row are the end', (t) => {
  const backoff = new RestartBackoff()
  backoff.started(0, 0)
  backoff.started(1, 0)
  backoff.died(0, 20_000)
  for (let n = 0; n < 20; n++) t.true((backoff.startFailed(0) ?? 0) > 0, 'the other runs')
  backoff.died(1, 20_000)
  t.deepEqual(
    [1, 2, 3, 4].map(() => backoff.startFailed(1) === null),
    [false, false, false, false],
  )
  t.is(backoff.startFailed(1), null)
  backoff.started(1, 30_000)
  backoff.died(1, 50_000)
  t.not(backoff.startFailed(1), null, 'counted anew after a start')
})
