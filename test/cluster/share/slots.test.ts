import test from 'ava'
import { firstSlot, takenOver } from '../../../src/cluster/share/slots.ts'

test('the first slot of a URL follows from the URL', (t) => {
  const { slotAt, dueAt } = firstSlot('http://a.example/', 1_000, 5_000)
  t.is(slotAt, dueAt)
  t.true(slotAt >= 5_000 && slotAt < 6_000)
  t.is(firstSlot('http://a.example/', 1_000, 90_000).slotAt, slotAt + 85_000)
  t.not(firstSlot('http://b.example/', 1_000, 5_000).slotAt, slotAt)
})

test('what was handed back goes on with the slot that nobody has polled', (t) => {
  t.deepEqual(takenOver({ slotAt: 1_700, dueAt: 1_700 }, 1_000, 0, 1_200, true), {
    slotAt: 1_700,
    dueAt: 1_700,
  })
  t.deepEqual(takenOver({ slotAt: 1_000, dueAt: 1_000 }, 1_000, 0, 1_200, true), {
    slotAt: 1_000,
    dueAt: 1_200,
  })
  t.deepEqual(
    takenOver({ slotAt: 1_000, dueAt: 1_500 }, 1_000, 0, 1_200, true),
    { slotAt: 1_000, dueAt: 1_500 },
    'again soon',
  )
})

test('what was with a machine that died goes on with the first slot after that', (t) => {
  t.deepEqual(takenOver({ slotAt: 1_000, dueAt: 1_000 }, 1_000, 0, 4_200, false), {
    slotAt: 5_000,
    dueAt: 5_000,
  })
  t.deepEqual(takenOver({ slotAt: 5_000, dueAt: 5_000 }, 1_000, 0, 5_000, false), {
    slotAt: 6_000,
    dueAt: 6_000,
  })
})

test('what slept for long is not due at once, and a clock that was set back does not keep it asleep', (t) => {
  t.deepEqual(takenOver({ slotAt: 1_000, dueAt: 1_000 }, 1_000, 0, 60_500, true), {
    slotAt: 61_000,
    dueAt: 61_000,
  })
  t.deepEqual(takenOver({ slotAt: 900_000, dueAt: 900_000 }, 1_000, 0, 500, true), {
    slotAt: 1_000,
    dueAt: 1_000,
  })
})

test('a server that asked for time gets it', (t) => {
  t.deepEqual(takenOver({ slotAt: 1_000, dueAt: 9_000 }, 1_000, 8_200, 1_200, true), {
    slotAt: 9_000,
    dueAt: 9_000,
  })
  t.deepEqual(takenOver({ slotAt: 1_000, dueAt: 9_000 }, 1_000, 8_200, 4_000, false), {
    slotAt: 9_000,
    dueAt: 9_000,
  })
})
