import test from 'ava'
import { ensureCapacity } from '../../src/resource/ensure-capacity.ts'

test('a column that is long enough is returned as it is; a longer one is a copy, filled up with zeros', (t) => {
  const column = Uint16Array.of(0, 7, 0, 9, 0, 0)
  t.is(ensureCapacity(column, 6), column)
  t.deepEqual([...ensureCapacity(column, 7)], [0, 7, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0])
  t.is(ensureCapacity(column, 100).length, 100)
  t.deepEqual([...ensureCapacity(new Float64Array(2), 3)], [0, 0, 0, 0])
  t.deepEqual([...ensureCapacity(Float64Array.of(0.5, -1), 3)], [0.5, -1, 0, 0])
})
