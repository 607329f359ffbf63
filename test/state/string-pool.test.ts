import test from 'ava'
import { StringPool } from '../../src/state/string-pool.ts'

test('equal texts have one number, and each gives its text', (t) => {
  const texts = new StringPool()
  const ok = texts.replace(0, 'OK')
  t.is(texts.replace(0, 'OK'), ok)
  const other = texts.replace(0, 'Not Found')
  t.not(other, ok)
  t.deepEqual([texts.text(ok), texts.text(other), texts.text(0), texts.size], ['OK', 'Not Found', '', 2])
})

test('a text that nobody has any more is forgotten, and its number goes to another', (t) => {
  const texts = new StringPool()
  const [first, second] = [texts.replace(0, 'OK'), texts.replace(0, 'OK')]
  t.is(texts.replace(first, ''), 0)
  t.is(texts.text(second), 'OK')
  t.is(texts.replace(second, 'OK'), second)
  t.is(texts.replace(second, 'Created'), second)
  t.deepEqual([texts.text(second), texts.size], ['Created', 1])
})

test('a million exchanges leave no more texts than there are that have one', (t) => {
  const texts = new StringPool()
  const numbers = Array.from({ length: 100 }, () => 0)
  for (let n = 0; n < 1_000_000; n++) {
    const at = n % numbers.length
    numbers[at] = texts.replace(numbers[at] as number, n % 7 === 0 ? '' : `detail ${n % 1_009}`)
  }
  t.true(texts.size <= numbers.length)
  t.true(Math.max(...numbers) <= 2 * numbers.length)
})
