import test from 'ava'
import { Interner } from '../../src/resource/interner.ts'
import { MAX_TEXT_BYTES, TextStore } from '../../src/resource/text-store.ts'
import { seeded } from '../helpers/random.ts'
import { repetitions } from '../helpers/thorough.ts'

test('equal texts have one number, and numbers count from 0', (t) => {
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

test('a text that is too long is not found and not added', (t) => {
  const interner = new Interner()
  for (const character of ['x', 'ü', '数', '🚀']) {
    const most = Math.floor(MAX_TEXT_BYTES / Buffer.byteLength(character))
    t.is(interner.find(character.repeat(most)), -1)
    t.is(interner.find(character.repeat(most + 1)), -1)
    const number = interner.intern(character.repeat(most))
    t.true(interner.text(number) === character.repeat(most))
    t.throws(() => interner.intern(character.repeat(most + 1)), { instanceOf: RangeError })
  }
  t.is(interner.size, 4)
})

test('a hundred thousand texts are kept, through every growth', (t) => {
  const interner = new Interner()
  const text = (i: number) => `https://host-${i % 977}.example/path/${i}`
  for (let i = 0; i < 100_000; i++) if (interner.intern(text(i)) !== i) t.fail(`new ${i}`)
  for (let i = 0; i < 100_000; i++) if (interner.intern(text(i)) !== i) t.fail(`again ${i}`)
  for (let i = 0; i < 100_000; i++) if (interner.text(i) !== text(i)) t.fail(`text ${i}`)
  t.is(interner.size, 100_000)
})

test('texts with equal hashes are distinguished', (t) => {
  // Pairs of texts with the same 32-bit FNV-1a hash.
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

test('no long text lies across two chunks', (t) => {
  const interner = new Interner()
  const long = (n: number) => String(n % 10).repeat(65_530) + String(n).padStart(5, '0')
  for (let n = 0; n < 100; n++) t.is(interner.intern(long(n)), n)
  for (let n = 0; n < 100; n++) t.true(interner.text(n) === long(n))
  t.is(interner.intern(long(99)), 99)
  t.throws(() => interner.intern('z'.repeat(65_536)), { instanceOf: RangeError })
  t.throws(() => interner.intern('é'.repeat(32_768)), { instanceOf: RangeError })
  t.is(interner.size, 100)
})

test('texts of any script are kept', (t) => {
  const interner = new Interner()
  t.is(interner.intern('größe'), 0)
  t.is(interner.intern('日本語'), 1)
  t.is(interner.find('größe'), 0)
  t.is(interner.text(1), '日本語')
})

for (let seed = 1; seed <= repetitions(1, 3); seed++) {
  test(`a random run agrees with a plain Map: no text is lost, numbers are used again (seed ${seed})`, (t) => {
    const random = seeded(seed)
    const interner = new Interner()
    const model = new Map<string, number>()
    let most = 0
    for (let step = 0; step < 30_000; step++) {
      // Few texts and a small table, so that they collide; at times all are removed.
      const text = 'x'.repeat(random.below(40)) + String(random.below(500))
      const removing = random.below(100) < (step % 5_000 < 2_500 ? 30 : 70)
      const known = model.get(text)
      if (removing) {
        if (known !== undefined) interner.remove(known)
        else t.is(interner.find(text), -1)
        model.delete(text)
      } else {
        const number = interner.intern(text)
        if (known === undefined) t.false([...model.values()].includes(number))
        else t.is(number, known)
        model.set(text, number)
      }
      most = Math.max(most, model.size)
      if (interner.size !== model.size) t.fail(`step ${step}`)
      if (step % 100 !== 0) continue
      for (const [key, number] of model) {
        t.is(interner.find(key), number)
        t.is(interner.text(number), key)
      }
    }
    t.is(interner.limit, most)
  })
}

test('the room of removed texts is used again', (t) => {
  const store = new TextStore()
  const bytes = Buffer.from('https://a.example/0000')
  const places = new Set<number>()
  for (let round = 0; round < 1_000; round++) {
    const place = store.put(bytes, bytes.length - (round % 3))
    places.add(place)
    store.free(place)
  }
  t.is(places.size, 1)
})

test('a removed text is not found', (t) => {
  const interner = new Interner()
  interner.intern('a')
  interner.intern('b')
  interner.remove(0)
  t.throws(() => interner.text(0), { instanceOf: RangeError })
  t.throws(() => interner.remove(0), { instanceOf: RangeError })
  t.is(interner.find('a'), -1)
  t.is(interner.intern('c'), 0)
})

test('a number without a text throws', (t) => {
  const interner = new Interner()
  interner.intern('a')
  for (const number of [1, 63, 64, -1, Number.NaN]) {
    t.throws(() => interner.text(number), { instanceOf: RangeError }, String(number))
  }
})
