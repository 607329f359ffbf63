import test from 'ava'
import { CHUNK_BYTES, Interner } from '../../src/resource/interner.ts'

test('equal texts have one number, numbers count from 0', (t) => {
  const interner = new Interner()
  t.is(interner.intern('a'), 0)
  t.is(interner.intern('b'), 1)
  t.is(interner.intern('a'), 0)
  t.is(interner.intern(''), 2)
  t.is(interner.intern(''), 2)
  t.is(interner.size, 3)
  t.deepEqual([interner.text(0), interner.text(1), interner.text(2)], ['a', 'b', ''])
})

test('the empty text can be the first', (t) => {
  const interner = new Interner()
  t.is(interner.intern(''), 0)
  t.is(interner.text(0), '')
})

test('a hundred thousand texts, through every growth', (t) => {
  const interner = new Interner()
  const text = (i: number) => `https://host-${i % 977}.example/path/${i}`
  for (let i = 0; i < 100_000; i++) if (interner.intern(text(i)) !== i) t.fail(`new ${i}`)
  for (let i = 0; i < 100_000; i++) if (interner.intern(text(i)) !== i) t.fail(`again ${i}`)
  for (let i = 0; i < 100_000; i++) if (interner.text(i) !== text(i)) t.fail(`text ${i}`)
  t.is(interner.size, 100_000)
})

test('texts whose hashes are equal are told apart', (t) => {
  // Pairs that FNV-1a of 32 bits maps to one value.
  const pairs = [
    ['costarring', 'liquid'],
    ['declinate', 'macallums'],
    ['altarage', 'zinke'],
  ] as const
  const interner = new Interner()
  const numbers = pairs.flat().map((text) => interner.intern(text))
  t.deepEqual(numbers, [0, 1, 2, 3, 4, 5])
  t.deepEqual(
    pairs.flat().map((text) => interner.intern(text)),
    numbers,
  )
})

test('long texts fill chunks, none across two', (t) => {
  const interner = new Interner()
  const long = (letter: string) => letter.repeat(CHUNK_BYTES - 10)
  t.is(interner.intern(long('a')), 0)
  t.is(interner.intern('x'.repeat(10)), 1)
  t.is(interner.intern('y'.repeat(11)), 2)
  t.is(interner.intern(long('b')), 3)
  t.is(interner.intern('z'.repeat(CHUNK_BYTES)), 4)
  t.true(interner.text(0) === long('a'))
  t.is(interner.text(1), 'x'.repeat(10))
  t.is(interner.text(2), 'y'.repeat(11))
  t.true(interner.text(3) === long('b'))
  t.is(interner.intern(long('a')), 0)
  t.throws(() => interner.intern('z'.repeat(CHUNK_BYTES + 1)), { instanceOf: RangeError })
})

test('what is not ASCII is refused, also where a chunk ends', (t) => {
  const interner = new Interner()
  t.throws(() => interner.intern('https://größe.example/'), { message: /not ASCII/ })
  t.is(interner.size, 0)
  interner.intern('x'.repeat(CHUNK_BYTES - 2))
  // Only the first fits into the two bytes that are left: as many as the text has characters.
  t.throws(() => interner.intern('éa'), { message: /not ASCII/ })
  t.is(interner.size, 1)
  t.is(interner.intern('ok'), 1)
})

test('a number that was not given out throws', (t) => {
  const interner = new Interner()
  interner.intern('a')
  for (const number of [1, 63, 64, -1, Number.NaN]) {
    t.throws(() => interner.text(number), { instanceOf: RangeError }, String(number))
  }
})
