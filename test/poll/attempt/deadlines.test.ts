import test from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { Deadlines } from '../../../src/poll/attempt/deadlines.ts'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { Attempt } from '../../../src/poll/attempt/attempt.ts'
import { StallDetector } from '../../../src/poll/attempt/stall-detector.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

function wheel(): Deadlines {
  return new Deadlines(monotonicMs, new StallDetector(monotonicMs(), Date.now()))
}

/** Runs a step that only the deadline ends, and resolves with the time of its end. */
async function end(attempt: Attempt): Promise<number> {
  const value = await attempt.step<never>('wait', () => () => {})
  return isFailure(value) && value.reason === 'timeout' ? monotonicMs() : Number.NaN
}

test('no attempt expires before its deadline, and each expires', async (t) => {
  const deadlines = wheel()
  const began = monotonicMs()
  const attempts = Array.from({ length: 300 }, (_, at) => new Attempt(began + at * 1.7, monotonicMs))
  for (const attempt of attempts) deadlines.add(attempt)
  t.is(deadlines.size, 300)
  const ends = await Promise.all(attempts.map(end))
  t.true(ends.every((at, index) => at >= (attempts[index]?.deadline ?? Number.NaN)))
  t.is(deadlines.size, 0)
})

test('a removed attempt does not expire', async (t) => {
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

test('an attempt whose deadline has passed when it is added expires at once, not a turn of the wheel later', async (t) => {
  const deadlines = wheel()
  const ended: string[] = []
  const add = async (name: string, ms: number) => {
    const attempt = new Attempt(monotonicMs() + ms, monotonicMs)
    deadlines.add(attempt)
    await end(attempt)
    ended.push(name)
  }
  await Promise.race([add('other', 100), add('late', -500)])
  await waitUntil(() => ended.length === 2)
  t.deepEqual(ended, ['late', 'other'])
})

test('a deadline more than one turn of the wheel away is kept', async (t) => {
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

test('a deadline is extended when the thread was stalled, but not after freeze()', async (t) => {
  // The heartbeat runs in real time and reads this clock, so each jump is a stall of the thread.
  let at = 0
  const stalls = new StallDetector(0, Date.now())
  const deadlines = new Deadlines(() => at, stalls)
  const attempt = new Attempt(1_000, () => at)
  const ended = end(attempt)
  deadlines.add(attempt)
  at = 600
  await waitUntil(() => stalls.totalMs > 0)
  at = 1_000
  await waitUntil(() => attempt.deadline > 1_000)
  deadlines.freeze()
  t.is(attempt.deadline, 1_010)
  at = 1_010
  await ended
  t.is(deadlines.size, 0)
  const next = new Attempt(1_110, () => at)
  const nextEnded = end(next)
  deadlines.add(next)
  // A stall that would have extended the deadline beyond the present time.
  at = 1_150
  await nextEnded
  t.is(next.deadline, 1_110)
})

test('a stall between the heartbeat and the check of the deadlines is noted before an attempt expires', async (t) => {
  // The heartbeat at 40 notes a short stall and checks the deadlines at the end of the turn. By then it is 30,000.
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

test('noteStall() notes a stall before the heartbeat does, and once', (t) => {
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

test('what the wall clock gained while there was no attempt is no stall', (t) => {
  // As if the machine had slept for a minute meanwhile.
  const stalls = new StallDetector(monotonicMs(), Date.now() - 60_000)
  const deadlines = new Deadlines(monotonicMs, stalls)
  const attempt = new Attempt(monotonicMs() + 20_000, monotonicMs)
  deadlines.add(attempt)
  deadlines.noteStall()
  deadlines.remove(attempt)
  t.true(stalls.totalMs < 30_000, `${stalls.totalMs} ms`)
})
