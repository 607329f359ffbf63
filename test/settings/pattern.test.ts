import test from 'ava'
import { makePattern } from '../../src/settings/pattern.ts'

const found = (pattern: string, text: string) => makePattern(pattern).test(text)

test('a text is contained, an expression matches', (t) => {
  t.true(found('b.c', 'ab.cd'))
  t.false(found('b.c', 'abxcd'))
  t.true(found('/b.c/', 'abxcd'))
  t.true(found('', 'any'))
  t.is(makePattern('a').literal, 'a')
  t.is(makePattern('/a/').literal, null)
})

test('flags, and the syntax of JavaScript', (t) => {
  t.true(found('/B/i', 'abc'))
  t.false(found('/^b/', 'a\nb'))
  t.true(found('/^b/m', 'a\nb'))
  t.false(found('/a.b/', 'a\nb'))
  t.true(found('/a.b/s', 'a\nb'))
  t.true(found('/^.$/u', '😀'))
  t.true(found('/a\\/b/', 'a/b'))
  t.true(found('/[/]\\u00e9(?<name>x)/', '/éx'))
  t.true(found('/a/b/', 'a/b'))
})

for (const [pattern, why] of [
  ['/a', /no closing slash/],
  ['//', /no closing slash/],
  ['/a/g', /only the flags i, m, s and u/],
  ['/(a/', /not a valid regular expression in the syntax of RE2/],
  ['/a(?=b)/', /lookaround and back-references/],
  ['/(a)\\1/', /lookaround and back-references/],
  ['/((a{100}){100}){100}/', /not a valid regular expression/],
  [`/${'a'.repeat(1_001)}/`, /longer than 1000/],
] as const) {
  test(`refuses ${pattern.slice(0, 30)}`, (t) => {
    const error = t.throws(() => makePattern(pattern), { instanceOf: RangeError })
    t.regex(error?.message ?? '', why)
  })
}

test('an expression that RegExp would match for years takes no time', (t) => {
  t.false(found('/^(a+)+$/', `${'a'.repeat(100_000)}b`))
  t.false(found('/(.*)*x(.*)*y/', 'ab'.repeat(50_000)))
})
