import test from 'ava'
import { Packer, Unpacker } from '../../src/resource/packer.ts'

test('numbers of every type come back in order', (t) => {
  const packer = new Packer()
  packer.u8(0xff)
  packer.u16(0xfffe)
  packer.u32(0xffff_fffd)
  packer.f32(Math.fround(41.2))
  packer.f64(Number.MAX_SAFE_INTEGER + 0.5)
  packer.f64(Number.NaN)
  packer.f64(-0)
  t.is(packer.length, 1 + 2 + 4 + 4 + 8 + 8 + 8)
  const from = new Unpacker(packer.take())
  t.is(from.u8(), 0xff)
  t.is(from.u16(), 0xfffe)
  t.is(from.u32(), 0xffff_fffd)
  t.is(from.f32(), Math.fround(41.2))
  t.is(from.f64(), Number.MAX_SAFE_INTEGER + 0.5)
  t.is(from.f64(), Number.NaN)
  t.is(from.f64(), -0)
  t.false(from.hasMore)
})

const text = test.macro({
  exec(t, value: string, expected: string = value) {
    const packer = new Packer()
    packer.u8(7)
    packer.text(value)
    packer.u8(9)
    const from = new Unpacker(packer.take())
    t.is(from.u8(), 7)
    t.true(from.text() === expected)
    t.is(from.u8(), 9)
    t.false(from.hasMore)
  },
  title: (name) => `a text comes back: ${name}`,
})

test('empty', text, '')
test('ASCII', text, 'https://a.example/')
test('two, three and four bytes a character', text, 'Größe – 数 – 🚀')
test('control characters', text, '\u0000\u001b[31m\r\n\u009b\u2028')
test('a byte order mark', text, '\ufeffa\ufeff')
for (const character of ['x', 'ü', '数', '🚀']) {
  const bytes = Buffer.byteLength(character)
  // Around the lengths, in bytes and in three times the UTF-16 units, above which a length takes 32 bits.
  const counts = [0xffff / bytes, 0xffff / 3 / character.length, 1 << 20].map(Math.floor)
  for (const count of new Set(counts.flatMap((one) => [one - 1, one, one + 1])))
    test(`${count} of ${bytes} bytes each`, text, character.repeat(count))
}
test('half a surrogate pair becomes the replacement character', text, 'a\ud800', 'a\ufffd')

test('texts can be skipped and written from bytes, with lengths around 16 bits', (t) => {
  for (const length of [0, 1, 0xfffe, 0xffff, 0x1_0000]) {
    const packer = new Packer()
    packer.text('x'.repeat(length))
    packer.bytes(Buffer.alloc(length + 3, 'y'), 3, length)
    packer.u8(9)
    const from = new Unpacker(packer.take())
    from.skipText()
    t.true(from.text() === 'y'.repeat(length))
    t.is(from.u8(), 9)
    t.false(from.hasMore)
  }
})

test('the buffer grows, and is cut to size when taken', (t) => {
  const packer = new Packer()
  for (let i = 0; i < 10_000; i++) {
    packer.u32(i)
    packer.text(`text ${i} ü`)
  }
  const { length } = packer
  const buffer = packer.take()
  t.is(buffer.byteLength, length)
  const from = new Unpacker(buffer)
  for (let i = 0; i < 10_000; i++) {
    if (from.u32() !== i || from.text() !== `text ${i} ü`) t.fail(`record ${i}`)
  }
  t.false(from.hasMore)
})

test('a packer is empty after take()', (t) => {
  const packer = new Packer()
  packer.text('first')
  const first = packer.take()
  t.is(packer.length, 0)
  t.is(packer.take().byteLength, 0)
  packer.text('second')
  t.is(new Unpacker(packer.take()).text(), 'second')
  t.is(new Unpacker(first).text(), 'first')
})

test('reading past the end throws', (t) => {
  const packer = new Packer()
  packer.u16(500)
  const buffer = packer.take()
  t.throws(() => new Unpacker(buffer).u32(), { instanceOf: RangeError })
  t.throws(() => new Unpacker(buffer).text(), { instanceOf: RangeError })
})
