import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { makePattern } from '../../src/settings/pattern.ts'
import { property } from '../helpers/property.ts'

/** Pieces of expressions that mean the same to RE2 and to RegExp, in texts without carriage returns. */
const ATOMS = [
  'a',
  'b',
  'é',
  '😀',
  '.',
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\.',
  '\\/',
  '\\n',
  '\\t',
  '\\x41',
  '\\u00e9',
  '[a-c]',
  '[^a-c]',
  '[^\\d]',
  '[é😀]',
  '[a\\]/-]',
  '\\b',
  '\\B',
]

const QUANTIFIERS = ['', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{1,3}?']

/** Without nested repetitions: with some of them RegExp takes hours for a few characters. */
const { expression: middle } = fc.letrec<{ expression: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(fc.constantFrom(...ATOMS), fc.constantFrom(...QUANTIFIERS)).map(([atom, quantifier]) => {
      const isAssertion = /^\\b$/i.test(atom)
      return isAssertion ? atom : `${atom}${quantifier}`
    }),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('expression'), fc.constantFrom('', '?', '+', '*?'))
      .map(([open, inner, quantifier]) => {
        const repeats = /[*+]/.test(quantifier) && /[*+{]/.test(inner)
        return `${open}${inner})${repeats ? '' : quantifier}`
      }),
  ),
  expression: fc
    .array(fc.array(tie('piece'), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 2 })
    .map((branches) => branches.map((pieces) => pieces.join('')).join('|')),
}))

/** In the middle of an expression, `^` makes RegExp of V8 miss matches now and then. */
const expression = fc
  .tuple(fc.constantFrom('', '', '^'), middle, fc.constantFrom('', '', '$'))
  .map((parts) => parts.join(''))

const texts: Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...'aabbcAé😀 1._/]-\n\t'),
  maxLength: 12,
})

/** The properties of patterns. */
export const PATTERN_PROPERTIES = [
  property('an expression finds what RegExp finds, and where', 500, () =>
    fc.property(expression, fc.constantFrom('', 'i', 'm', 's', 'ims'), texts, (source, flags, text) => {
      // Two groups of one name are a mistake for both.
      fc.pre(source.split('(?<n>').length < 3)
      // Of V8, RegExp finds \\B between the two halves of a character, and does not find /[^a]$/u in such a character.
      fc.pre(!/\\B|\[\^/.test(source) || !text.includes('😀'))
      const found = makePattern(`/${source}/${flags}`).find(text)
      const expected = text.search(new RegExp(source, `${flags}u`))
      if (found !== expected)
        throw new Error(`/${source}/${flags} at ${found}, RegExp ${expected}: ${JSON.stringify(text)}`)
    }),
  ),
  property('a text without a slash at its beginning is found where it is', 50, () =>
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, around) => {
      fc.pre(!text.startsWith('/'))
      const { find, test } = makePattern(text)
      const whole = `${around}${text}${around}`
      if (find(whole) !== whole.indexOf(text) || !test(whole)) throw new Error(whole)
    }),
  ),
]
