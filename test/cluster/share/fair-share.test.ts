import test from 'ava'
import { shareOf, surplus, wantsMore } from '../../../src/cluster/share/fair-share.ts'

const held = (...urls: number[]) => urls.map((of, n) => [`b${n}`, of] as const)
const shares = (urls: number, machines: number, of: ReturnType<typeof held>, room = Infinity) => ({
  urls,
  machines,
  room,
  held: of,
})

test('a machine takes until it has its share', (t) => {
  t.true(wantsMore(shares(1_000, 3, held(100, 100, 100))))
  t.false(wantsMore(shares(1_000, 3, held(100, 100, 100, 40))))
  t.false(wantsMore(shares(0, 1, held())))
})

test('a machine takes no more than it has room for', (t) => {
  t.is(shareOf(shares(1_000, 2, held(), 200)), 200)
  t.false(wantsMore(shares(1_000, 2, held(100, 100), 200)))
})

test('it hands back what it took last, and keeps at least its share', (t) => {
  t.deepEqual(surplus(shares(1_000, 2, held(300, 300, 300, 100))), ['b3', 'b2'])
  t.deepEqual(surplus(shares(1_000, 2, held(300, 300))), [])
  t.deepEqual(surplus(shares(1_000, 1, held(500, 500))), [])
})
