import test from 'ava'
import { runningClock } from '../../../src/alerts/run/running-clock.ts'
import { TestEngine } from '../../helpers/alert-engine.ts'
import { ruleOf } from '../../helpers/alert-samples.ts'

test('time in which the process did not run is not time that a URL was down', (t) => {
  let seconds = 0
  const clock = runningClock(() => seconds * 1_000)
  const engine = new TestEngine([ruleOf('web', { down: { ms: 25_000 } })])
  const turnAt = (time: number): string[] => {
    seconds = time
    return engine.skip(clock() / 1_000 - engine.now)
  }
  engine.register(0)
  turnAt(0)
  engine.poll(0, 'down')
  turnAt(1)
  // It is stopped for 40 s.
  t.deepEqual(turnAt(41), [])
  for (let time = 42; time < 60; time++) t.deepEqual(turnAt(time), [])
  t.deepEqual(turnAt(60), ['fired web/down u0: down for 25s: 503 Service Unavailable'])
})

test('a clock that is first read late begins with the time of then, and never goes back', (t) => {
  let at = 1_000_000
  const clock = runningClock(() => at)
  t.is(clock(), 1_000_000)
  at += 3_600_000
  const after = clock()
  t.true(after < 1_100_000)
  t.is(clock(), after)
  at += 1_000
  t.is(clock(), after + 1_000)
})
