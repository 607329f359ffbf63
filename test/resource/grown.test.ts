import test from 'ava'
import { grown } from '../../src/resource/grown.ts'

test('a column that is long enough is itself; a longer one holds what it held, zeros between and behind', (t) => {
  const column = Uint16Array.of(0, 7, 0, 9, 0, 0)
  t.is(grown(column, 6), column)
  t.deepEqual([...grown(column, 7)], [0, 7, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0])
  t.is(grown(column, 100).length, 100)
  t.deepEqual([...grown(new Float64Array(2), 3)], [0, 0, 0, 0])
  t.deepEqual([...grown(Float64Array.of(0.5, -1), 3)], [0.5, -1, 0, 0])
})
