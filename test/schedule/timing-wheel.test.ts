import test from 'ava'
import { Links } from '../../src/schedule/linked-queues.ts'
import { TimingWheel } from '../../src/schedule/timing-wheel.ts'
import { seeded } from '../helpers/random.ts'

/** A wheel over due times, and a function that advances it and returns what wakes. */
function wheelOf(dueAt: number[], now = 0) {
  const wheel = new TimingWheel(new Links(dueAt.length), (id) => dueAt[id] ?? 0, now)
  const woken = (at: number) => {
    const ids: number[] = []
    wheel.advance(at, (id) => ids.push(id))
    return ids.toSorted((a, b) => a - b)
  }
  return { wheel, woken }
}

test('each Resource wakes when it is due, not earlier', (t) => {
  const { wheel, woken } = wheelOf([5, 7.25, 7, 3])
  for (const id of [0, 1, 2, 3]) wheel.add(id)
  t.is(wheel.size, 4)
  t.is(wheel.nextAt(), 3)
  t.deepEqual(woken(2.999), [])
  t.deepEqual(woken(3), [3])
  t.is(wheel.nextAt(), 5)
  t.deepEqual(woken(7.3), [0, 2])
  t.deepEqual(woken(7.999), [])
  t.is(wheel.nextAt(), 8)
  t.deepEqual(woken(8), [1])
  t.is(wheel.size, 0)
  t.is(wheel.nextAt(), null)
})

test('Resources wake in the order of their ms', (t) => {
  const dueAt = [900, 3, 70_000, 500, 499]
  const { wheel } = wheelOf(dueAt)
  for (const id of dueAt.keys()) wheel.add(id)
  const order: number[] = []
  wheel.advance(1_000, (id) => order.push(id))
  t.deepEqual(order, [1, 4, 3, 0])
})

test('a Resource that is already due wakes at the next advance', (t) => {
  const { wheel, woken } = wheelOf([50, 100, -7, 101], 100)
  for (const id of [0, 1, 2, 3]) wheel.add(id)
  t.is(wheel.nextAt(), -7)
  wheel.remove(2)
  t.is(wheel.nextAt(), 50)
  t.deepEqual(woken(100), [0, 1])
  t.deepEqual(woken(100), [])
  t.deepEqual(woken(101), [3])
})

test('a wheel that was ahead of the clock wakes what is added meanwhile in time', (t) => {
  const { wheel, woken } = wheelOf([300, 110, 190, 250])
  wheel.add(0)
  t.deepEqual(woken(200), [])
  for (const id of [1, 2, 3]) wheel.add(id)
  t.is(wheel.nextAt(), 110)
  t.deepEqual(woken(109), [])
  t.deepEqual(woken(120), [1])
  t.is(wheel.nextAt(), 190)
  t.deepEqual(woken(260), [2, 3])
  t.deepEqual(woken(300), [0])
})

test('a Resource that is due in hours stays in its slot for many rounds', (t) => {
  const round = 65_536
  const { wheel, woken } = wheelOf([10, 10 + round, 10 + 100 * round, 11 + 100 * round])
  for (const id of [0, 1, 2, 3]) wheel.add(id)
  t.deepEqual(woken(10), [0])
  for (let at = 1_000; at < 10 + round; at += 1_000) t.deepEqual(woken(at), [])
  t.deepEqual(woken(10 + round), [1])
  for (let at = 3 * round; at < 100 * round; at += 20_000) t.deepEqual(woken(at), [])
  t.deepEqual(woken(10 + 100 * round), [2])
  t.deepEqual(woken(11 + 100 * round), [3])
})

test('after a long pause, Resources of several rounds wake in one advance, and later ones stay', (t) => {
  const { wheel, woken } = wheelOf([1, 65_000, 65_537, 200_000, 300_001, 300_000])
  for (const id of [0, 1, 2, 3, 4, 5]) wheel.add(id)
  t.deepEqual(woken(300_000), [0, 1, 2, 3, 5])
  t.is(wheel.size, 1)
  t.deepEqual(woken(300_001), [4])
})

test('a long pause wakes every slot', (t) => {
  const { wheel, woken } = wheelOf(Array.from({ length: 100_000 }, (_, id) => id + 1))
  for (let id = 0; id < 100_000; id++) wheel.add(id)
  t.is(woken(70_000).length, 70_000)
  t.is(woken(1_000_000).length, 30_000)
})

test('a slot can hold a hundred thousand Resources', (t) => {
  const { wheel, woken } = wheelOf(
    Array.from({ length: 100_000 }, (_, id) => (id % 2 === 0 ? 42 : 42 + 65_536)),
  )
  for (let id = 0; id < 100_000; id++) wheel.add(id)
  t.is(woken(42).length, 50_000)
  t.is(woken(42 + 65_535).length, 0)
  t.is(woken(42 + 65_536).length, 50_000)
})

test('a clock that stands still or goes back wakes nothing twice', (t) => {
  const { wheel, woken } = wheelOf([5, 6])
  for (const id of [0, 1]) wheel.add(id)
  t.deepEqual(woken(5), [0])
  t.deepEqual(woken(5), [])
  t.deepEqual(woken(1), [])
  t.deepEqual(woken(6), [1])
})

test('a Resource that wakes can be added again at once', (t) => {
  const dueAt = [5]
  const { wheel } = wheelOf(dueAt)
  wheel.add(0)
  let woken = 0
  for (let now = 1; now <= 100; now++) {
    wheel.advance(now, () => woken++)
    if (wheel.size > 0) continue
    dueAt[0] = now + 10
    wheel.add(0)
  }
  t.is(woken, 10)
})

for (const seed of [1, 2, 3, 4]) {
  test(`a random run agrees with a plain list (seed ${seed})`, (t) => {
    const random = seeded(seed)
    const count = 300
    let now = random.below(1_000_000) + 0.5
    const dueAt = Array.from({ length: count }, () => 0)
    const { wheel, woken } = wheelOf(dueAt, now)
    /** The ms at which each sleeping Resource must wake. */
    const asleep = new Map<number, number>()
    for (let step = 0; step < 3_000; step++) {
      for (let adding = random.below(5); adding > 0; adding--) {
        const id = random.below(count)
        if (asleep.has(id)) continue
        // From a little in the past to three hours ahead, near times more often.
        dueAt[id] = now - 100 + random.next() * 10 ** (2 + random.below(6))
        wheel.add(id)
        asleep.set(id, Math.ceil(dueAt[id]))
      }
      const next = wheel.nextAt()
      const first = Math.min(...asleep.values())
      const isTooSoon = next !== null && next <= now && first > now
      if (asleep.size === 0 ? next !== null : next === null || next > first || isTooSoon) {
        t.fail(`step ${step}: next at ${next}, first due ${first}`)
      }
      // Mostly to just before or just after a due time.
      now =
        random.below(3) > 0 && next !== null
          ? Math.max(now, next - 0.5 + random.next())
          : now + random.next() * 10 ** random.below(6)
      const expected = [...asleep].filter(([, at]) => at <= now).map(([id]) => id)
      for (const id of expected) asleep.delete(id)
      t.deepEqual(
        woken(now),
        expected.toSorted((a, b) => a - b),
        `step ${step}`,
      )
      t.is(wheel.size, asleep.size)
    }
  })
}
