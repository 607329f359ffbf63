import { createRequire } from 'node:module'
import type * as Re2js from 're2js'
import test from 'ava'
import { makeJsonPath } from '../../src/settings/json-path.ts'

const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof Re2js

const DOCUMENT = { items: [{ name: 'up' }, { name: 'ups' }, { name: 'a)b' }, { name: 7 }] }

const found = (path: string) => makeJsonPath(path)(DOCUMENT).map((value) => (value as { name: unknown }).name)

test('match is about a whole text, search about a part of it', (t) => {
  t.deepEqual(found('items[?match(@.name, "u.")]'), ['up'])
  t.deepEqual(found("items[?search(@.name, 'u.')]"), ['up', 'ups'])
  t.deepEqual(found("items[?match(@.name, 'u.') || search(@.name, 's$')]"), ['up', 'ups'])
  t.deepEqual(found("items[?!search(@.name, '[)]')]"), ['up', 'ups', 7])
  // Neither is an expression.
  t.deepEqual(found("items[?search(@.name, ')')]"), [])
  t.deepEqual(found('items[?search(@.name, 7)]'), [])
})

test.serial('an expression is compiled once, however many values there are', (t) => {
  const { compile } = RE2JS
  t.teardown(() => (RE2JS.compile = compile))
  let compiled = 0
  RE2JS.compile = (...given) => {
    compiled++
    return compile.apply(RE2JS, given)
  }
  const find = makeJsonPath('$[?search(@.name, "a.*[0-9]{1,30}x|b")]')
  t.is(find(Array.from({ length: 5_000 }, () => ({ name: 'abc' }))).length, 5_000)
  t.is(find(Array.from({ length: 5_000 }, () => ({ name: 'cde' }))).length, 0)
  t.is(compiled, 1)
})

for (const path of ['$[?match(@.name, @.wanted)]', '$[?search(@.name, value(@..wanted))]'])
  test(`an expression cannot come from the document: ${path}`, (t) => {
    t.throws(() => makeJsonPath(path), {
      instanceOf: RangeError,
      message: 'the expression of match or search must stand in the path, as in $[?match(@.name, "a.*")]',
    })
  })
