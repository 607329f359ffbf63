import test from 'ava'
import { DueHeap } from '../../../src/alerts/engine/due-heap.ts'
import { seeded } from '../../helpers/random.ts'

test('a heap gives back what is due in order, whatever was set, changed and taken out', (t) => {
  const random = seeded(7)
  const heap = new DueHeap()
  const items = Array.from({ length: 200 }, () => ({ dueAt: Number.POSITIVE_INFINITY, place: -1 }))
  for (let step = 0; step < 5_000; step++) {
    const item = items[random.below(items.length)] as (typeof items)[number]
    heap.set(item, random.below(4) === 0 ? Number.POSITIVE_INFINITY : random.below(1_000))
  }
  const expected = items.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt < Number.POSITIVE_INFINITY)
  t.is(heap.size, expected.length)
  const taken: number[] = []
  for (let now = 0; now < 1_000; now++) {
    for (let item = heap.take(now); item !== null; item = heap.take(now)) {
      t.is(item.place, -1)
      taken.push(now)
    }
  }
  t.deepEqual(
    taken,
    expected.toSorted((one, other) => one - other),
  )
  t.is(heap.size, 0)
})
