import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { monotonicMs } from '../../src/clock.ts'
import { Deadlines } from '../../src/poll/deadlines.ts'
import { Flight, isFailure } from '../../src/poll/flight.ts'
import { Held } from '../../src/poll/held.ts'

function wheel(): Deadlines {
  return new Deadlines(monotonicMs, new Held(monotonicMs(), Date.now()))
}

/** Waits for its end in a step that never ends by itself. */
async function end(flight: Flight): Promise<number> {
  const value = await flight.step<never>('wait', () => () => {})
  return isFailure(value) && value.reason === 'timeout' ? monotonicMs() : Number.NaN
}

test('no deadline comes early, and none is forgotten', async (t) => {
  const deadlines = wheel()
  const began = monotonicMs()
  const flights = Array.from({ length: 300 }, (_, at) => new Flight(began + at * 1.7, monotonicMs))
  for (const flight of flights) deadlines.add(flight)
  t.is(deadlines.size, 300)
  const ends = await Promise.all(flights.map(end))
  t.true(ends.every((at, index) => at >= (flights[index]?.deadline ?? Number.NaN)))
  t.is(deadlines.size, 0)
})

test('one that is removed does not come', async (t) => {
  const deadlines = wheel()
  let expired = 0
  const flight = new Flight(monotonicMs() + 30, monotonicMs)
  void flight.step<never>('wait', () => () => void expired++)
  deadlines.add(flight)
  deadlines.remove(flight)
  deadlines.remove(flight)
  t.is(deadlines.size, 0)
  const later = new Flight(flight.deadline + 30, monotonicMs)
  deadlines.add(later)
  await end(later)
  t.is(expired, 0)
})

test('a deadline further away than once around stays', async (t) => {
  const deadlines = wheel()
  const far = new Flight(monotonicMs() + 100 * 10_240 + 30, monotonicMs)
  let expired = false
  void far.step<never>('wait', () => () => void (expired = true))
  deadlines.add(far)
  const near = new Flight(monotonicMs() + 60, monotonicMs)
  deadlines.add(near)
  await end(near)
  t.false(expired)
  t.is(deadlines.size, 1)
  deadlines.remove(far)
})

test.serial('a deadline moves when the thread stood still; once they are held, none does', async (t) => {
  const deadlines = wheel()
  const began = monotonicMs()
  const flight = new Flight(began + 1_000, monotonicMs)
  const ended = end(flight)
  deadlines.add(flight)
  await sleep(50)
  const blocked = monotonicMs()
  while (monotonicMs() < blocked + 600);
  while (flight.deadline === began + 1_000) await sleep(5)
  t.true(flight.deadline >= began + 1_500)
  deadlines.hold()
  t.true(flight.deadline <= monotonicMs() + 100)
  await ended
  t.is(deadlines.size, 0)
  const next = new Flight(monotonicMs() + 100, monotonicMs)
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
  const held = new Held(0, Date.now())
  const deadlines = new Deadlines(now, held)
  const flight = new Flight(1_000, now)
  const noted = flight.step<never>('wait', () => () => {}).then(() => held.longest(0))
  deadlines.add(flight)
  at = 40
  t.true((await noted) > 29_000)
})

test('a pause is noted when it is asked for, before the heartbeat, and once', (t) => {
  let at = 0
  const held = new Held(0, Date.now())
  const deadlines = new Deadlines(() => at, held)
  deadlines.noteStall()
  const flight = new Flight(60_000, () => at)
  deadlines.add(flight)
  at = 30_000
  deadlines.noteStall()
  deadlines.noteStall()
  deadlines.remove(flight)
  t.is(held.total, 29_990)
})
