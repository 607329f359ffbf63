import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { Deadlines } from '../../../src/poll/attempt/deadlines.ts'
import { Attempt, isFailure } from '../../../src/poll/attempt/attempt.ts'
import { StallDetector } from '../../../src/poll/attempt/stall-detector.ts'

function wheel(): Deadlines {
  return new Deadlines(monotonicMs, new StallDetector(monotonicMs(), Date.now()))
}

/** Waits for its end in a step that never ends by itself. */
async function end(attempt: Attempt): Promise<number> {
  const value = await attempt.step<never>('wait', () => () => {})
  return isFailure(value) && value.reason === 'timeout' ? monotonicMs() : Number.NaN
}

test('no deadline comes early, and none is forgotten', async (t) => {
  const deadlines = wheel()
  const began = monotonicMs()
  const attempts = Array.from({ length: 300 }, (_, at) => new Attempt(began + at * 1.7, monotonicMs))
  for (const attempt of attempts) deadlines.add(attempt)
  t.is(deadlines.size, 300)
  const ends = await Promise.all(attempts.map(end))
  t.true(ends.every((at, index) => at >= (attempts[index]?.deadline ?? Number.NaN)))
  t.is(deadlines.size, 0)
})

test('one that is removed does not come', async (t) => {
  const deadlines = wheel()
  let expired = 0
  const attempt = new Attempt(monotonicMs() + 30, monotonicMs)
  void attempt.step<never>('wait', () => () => void expired++)
  deadlines.add(attempt)
  deadlines.remove(attempt)
  deadlines.remove(attempt)
  t.is(deadlines.size, 0)
  const later = new Attempt(attempt.deadline + 30, monotonicMs)
  deadlines.add(later)
  await end(later)
  t.is(expired, 0)
})

test('a deadline further away than once around stays', async (t) => {
  const deadlines = wheel()
  const far = new Attempt(monotonicMs() + 100 * 10_240 + 30, monotonicMs)
  let expired = false
  void far.step<never>('wait', () => () => void (expired = true))
  deadlines.add(far)
  const near = new Attempt(monotonicMs() + 60, monotonicMs)
  deadlines.add(near)
  await end(near)
  t.false(expired)
  t.is(deadlines.size, 1)
  deadlines.remove(far)
})

test.serial('a deadline moves when the thread stood still; once they are held, none does', async (t) => {
  const deadlines = wheel()
  const began = monotonicMs()
  const attempt = new Attempt(began + 1_000, monotonicMs)
  const ended = end(attempt)
  deadlines.add(attempt)
  await sleep(50)
  const blocked = monotonicMs()
  while (monotonicMs() < blocked + 600);
  while (attempt.deadline === began + 1_000) await sleep(5)
  t.true(attempt.deadline >= began + 1_500)
  deadlines.freeze()
  t.true(attempt.deadline <= monotonicMs() + 100)
  await ended
  t.is(deadlines.size, 0)
  const next = new Attempt(monotonicMs() + 100, monotonicMs)
  const nextEnded = end(next)
  const { deadline } = next
  deadlines.add(next)
  await sleep(20)
  // Long enough that it would move, short enough that it would not be over even so.
  while (monotonicMs() < deadline + 40);
  await nextEnded
  t.is(next.deadline, deadline)
})

test('a pause between the heartbeat and the look at the deadlines ends no poll before it is noted', async (t) => {
  // The heartbeat at 40 notes a short pause and leaves the deadlines to the end of the turn; by then it is 30,000.
  let at = 0
  const now = () => {
    const asked = at
    if (asked === 40) at = 30_000
    return asked
  }
  const stalls = new StallDetector(0, Date.now())
  const deadlines = new Deadlines(now, stalls)
  const attempt = new Attempt(1_000, now)
  const noted = attempt.step<never>('wait', () => () => {}).then(() => stalls.longestSince(0))
  deadlines.add(attempt)
  at = 40
  t.true((await noted) > 29_000)
})

test('a pause is noted when it is asked for, before the heartbeat, and once', (t) => {
  let at = 0
  const stalls = new StallDetector(0, Date.now())
  const deadlines = new Deadlines(() => at, stalls)
  deadlines.noteStall()
  const attempt = new Attempt(60_000, () => at)
  deadlines.add(attempt)
  at = 30_000
  deadlines.noteStall()
  deadlines.noteStall()
  deadlines.remove(attempt)
  t.is(stalls.totalMs, 29_990)
})
