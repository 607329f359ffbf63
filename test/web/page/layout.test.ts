import test from 'ava'
import { array, assert, boolean, integer, property, record } from 'fast-check'
import { layoutWall } from '../../../web/src/wall/layout.ts'
import { cellAt, placeBeside } from '../../../web/src/wall/walk.ts'

const DESKTOP = { width: 1_086, height: 270, isNarrow: false }
const PHONE = { width: 304, height: 250, isNarrow: true }

test('the more URLs, the smaller the squares, down to a pixel; then a square stands for several', (t) => {
  const sizes = [1, 10, 1_000, 10_000, 100_000, 1_000_000].map((urls) => layoutWall([urls], DESKTOP))
  t.deepEqual(
    sizes.map(({ pitch, perCell }) => [pitch, perCell]),
    [
      [26, 1],
      [26, 1],
      [14, 1],
      [5, 1],
      [1, 1],
      [1, 4],
    ],
  )
})

test('squares in groups have room for every URL and do not exceed the room', (t) => {
  const rooms = record({
    width: integer({ min: 200, max: 3_000 }),
    height: integer({ min: 150, max: 900 }),
    isNarrow: boolean(),
  })
  assert(
    property(
      array(integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 12 }),
      rooms,
      (sizes, room) => {
        const { groups, pitch, perCell } = layoutWall(sizes, room)
        t.is(groups.length, sizes.length)
        for (const [n, { columns, rows, cells }] of groups.entries()) {
          t.true(cells * perCell >= (sizes[n] ?? 0) && (cells - 1) * perCell < (sizes[n] ?? 0))
          t.true(columns * rows >= cells && (columns - 1) * rows < cells)
          t.true(columns * pitch <= room.width + pitch)
        }
      },
    ),
    { numRuns: 100 },
  )
  t.pass()
})

test('on a phone groups are strips of at most 40 % of the screen', (t) => {
  const { groups, pitch } = layoutWall([326, 264, 193, 205, 120, 96], PHONE)
  t.is(pitch, 5)
  t.true(groups.reduce((sum, { rows }) => sum + Math.max(14, rows * pitch) + 8, 0) <= PHONE.height)
})

test('arrow keys walk through a group and into the next one', (t) => {
  const layout = layoutWall([20, 7], DESKTOP)
  const [first] = layout.groups
  const rows = first?.rows ?? 0
  const walk = (index: number, key: string, group = 0) => placeBeside({ group, index }, key, layout)
  t.deepEqual(walk(0, 'ArrowDown'), { group: 0, index: 1 })
  t.deepEqual(walk(1, 'ArrowUp'), { group: 0, index: 0 })
  t.deepEqual(walk(0, 'ArrowRight'), { group: 0, index: rows })
  t.deepEqual(walk(rows, 'ArrowLeft'), { group: 0, index: 0 })
  t.deepEqual(walk(0, 'ArrowUp'), { group: 0, index: 0 })
  t.deepEqual(walk(19, 'ArrowDown'), { group: 1, index: 0 })
  t.deepEqual(walk(0, 'ArrowLeft', 1), { group: 0, index: 19 })
  t.deepEqual(walk(6, 'ArrowDown', 1), { group: 1, index: 6 })
  t.deepEqual(walk(3, 'Home'), { group: 0, index: 0 })
  t.deepEqual(walk(3, 'End'), { group: 0, index: 19 })
  t.is(walk(3, 'x'), null)
})

test('the square at a point', (t) => {
  const layout = layoutWall([20], DESKTOP)
  const { pitch } = layout
  t.deepEqual(cellAt(0, 1, 1, layout), { group: 0, index: 0 })
  t.deepEqual(cellAt(0, pitch + 1, 1, layout), { group: 0, index: layout.groups[0]?.rows ?? 0 })
  t.is(cellAt(0, -1, 1, layout), null)
  t.is(cellAt(0, 1, 1_000, layout), null)
  t.is(cellAt(1, 1, 1, layout), null)
})
