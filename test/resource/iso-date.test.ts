import test from 'ava'
import { isoDate } from '../../src/resource/iso-date.ts'
import { seeded } from '../helpers/random.ts'

test('a time is written as a Date writes it', (t) => {
  const random = seeded(3)
  const near = Date.UTC(2026, 10, 25, 23, 59, 58)
  const times = Array.from({ length: 2_000 }, () => Math.floor(random.next() * Date.UTC(2200, 0)))
  const edges = [0, 1, 59_999, 60_000, near, 253_402_300_799_999, 253_402_300_800_000, -1, 8.64e15, 12.7]
  for (const at of [...edges, ...times, ...Array.from({ length: 5_000 }, (_, n) => near + n)])
    if (isoDate(at) !== new Date(at).toISOString()) t.is(isoDate(at), new Date(at).toISOString())
  t.deepEqual(
    [isoDate(8.64e15 + 1), isoDate(Number.NaN), isoDate(Number.POSITIVE_INFINITY)],
    [null, null, null],
  )
})
