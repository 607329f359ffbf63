import test from 'ava'
import { counted } from '../../src/resource/counted.ts'

test('a count and its noun', (t) => {
  t.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'invalid line')),
    ['0 invalid lines', '1 invalid line', '2 invalid lines'],
  )
  t.is(counted(1_234, 'URL', '1,234'), '1,234 URLs')
})
