import test from 'ava'
import { parseWebPrefix } from '../../src/settings/web-prefix.ts'

for (const [text, expected] of [
  ['/', '/'],
  ['//', '/'],
  ['/headcount', '/headcount'],
  ['/a/b-c_d.e~f/', '/a/b-c_d.e~f'],
] as const)
  test(`${text} is ${expected}`, (t) => {
    t.is(parseWebPrefix(text), expected)
  })

for (const text of [
  '',
  'headcount',
  '/a//b',
  '/..',
  '/a/./b',
  '/:x',
  '/*',
  '/a b',
  '/%2e',
  '/a?b',
  'http://h/',
])
  test(`${JSON.stringify(text)} is refused`, (t) => {
    t.throws(() => parseWebPrefix(text), { instanceOf: RangeError })
  })
