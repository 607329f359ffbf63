import test from 'ava'
import { WheelEntry, WheelSlots } from '../../../src/poll/attempt/wheel-slots.ts'
import { seeded } from '../../helpers/random.ts'

for (const seed of [1, 2, 3])
  test(`entries are added, moved and removed as in sets (seed ${seed})`, (t) => {
    const random = seeded(seed)
    const slots = new WheelSlots<number>(4)
    const model = Array.from({ length: 4 }, () => new Set<WheelEntry<number>>())
    const entries = Array.from({ length: 20 }, (_, value) => new WheelEntry(value))
    for (let step = 0; step < 2_000; step++) {
      const entry = entries[random.below(entries.length)] as WheelEntry<number>
      const isIn = model.some((slot) => slot.has(entry))
      t.is(slots.remove(entry), isIn)
      for (const slot of model) slot.delete(entry)
      t.deepEqual([entry.previous, entry.next], [null, null])
      if (random.below(10) < 6) {
        const slot = random.below(4)
        slots.add(entry, slot)
        ;(model[slot] as Set<WheelEntry<number>>).add(entry)
      }
      const slot = random.below(4)
      const odd = (value: number) => value % 2 === 1
      const values = (found: Iterable<WheelEntry<number>>) =>
        [...found].map(({ value }) => value).toSorted((a, b) => a - b)
      t.deepEqual(values(slots.filter(slot, odd)), values(model[slot] as Set<WheelEntry<number>>).filter(odd))
    }
  })
