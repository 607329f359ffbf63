import test from 'ava'
import { TextPattern } from '../../src/resource/text-pattern.ts'
import { seeded } from '../helpers/random.ts'

const isIn = (pattern: string, text: string) => {
  const bytes = Buffer.from(`xx${text}yy`)
  return new TextPattern(pattern).isIn(bytes, 2, bytes.length - 2)
}

for (const [pattern, text, expected] of [
  ['', '', true],
  ['', 'abc', true],
  ['a', '', false],
  ['abc', 'abc', true],
  ['ABC', 'xabcx', true],
  ['abc', 'xABCx', true],
  ['abcd', 'abc', false],
  ['cy', 'abc', false],
  ['xa', 'abc', false],
  ['aab', 'aaab', true],
  ['aba', 'ababab', true],
  ['[', '{', false],
  ['größe', 'Größe', true],
  ['ö', 'Ö', false],
  ['k', '\u212a', false],
  ['b'.repeat(300), `a${'B'.repeat(300)}`, true],
  [`a${'b'.repeat(300)}`, 'b'.repeat(1_000), false],
] as const)
  test(`${JSON.stringify(pattern.slice(0, 9))} is ${expected ? '' : 'not '}in ${JSON.stringify(text.slice(0, 9))}`, (t) => {
    t.is(isIn(pattern, text), expected)
  })

test('texts of few letters: as String.includes, whatever the case', (t) => {
  const { next: random } = seeded(14)
  const text = (length: number) =>
    Array.from({ length: Math.floor(random() * length) }, () => 'aAbB/'[Math.floor(random() * 5)]).join('')
  let found = 0
  for (let n = 0; n < 20_000; n++) {
    const [pattern, other] = [text(6), text(20)]
    const expected = other.toLowerCase().includes(pattern.toLowerCase())
    if (expected) found++
    if (isIn(pattern, other) !== expected) t.fail(`${pattern} in ${other}`)
  }
  t.true(found > 2_000 && found < 18_000)
})
