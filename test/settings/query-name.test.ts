import test from 'ava'
import { queryLabels } from '../../src/settings/query-name.ts'

const LONG = 'a'.repeat(63)

for (const [text, labels] of [
  ['www.example.org', ['www', 'example', 'org']],
  ['example.org.', ['example', 'org']],
  ['.', []],
  ['a\\.b.example', ['a.b', 'example']],
  ['a.example\\.', ['a', 'example.']],
  ['\\097\\255.x', ['a\u00ff', 'x']],
  ['a\\\\b', ['a\\b']],
  ['a b.x', ['a b', 'x']],
  [LONG, [LONG]],
  [`${LONG}a`, null],
  [`${LONG}.${LONG}.${LONG}.${'a'.repeat(61)}`, [LONG, LONG, LONG, 'a'.repeat(61)]],
  [`${LONG}.${LONG}.${LONG}.${'a'.repeat(62)}`, null],
  ['', null],
  ['..', null],
  ['.a', null],
  ['a..b', null],
  ['a\\', null],
  ['a\\256', null],
  ['a\\25', null],
  ['ä.example', null],
  ['a\tb', null],
] as const)
  test(`the labels of ${JSON.stringify(text.slice(0, 70))} (${text.length})`, (t) =>
    t.deepEqual(queryLabels(text), labels as readonly string[] | null))
