import test from 'ava'
import type { Tree } from '../../src/config/tree.ts'
import { parseYaml } from '../../src/config/yaml-tree.ts'

/** A tree without its offsets. */
function plain(tree: Tree): unknown {
  switch (tree.type) {
    case 'scalar':
      return tree.text
    case 'list':
      return tree.items.map(plain)
    case 'map':
      return tree.entries.map(({ key, value }) => [key, plain(value)])
    case 'nothing':
      return null
  }
}

const reads = test.macro({
  exec: (t, text: string, expected: unknown) => {
    const { tree, problems } = parseYaml(text)
    t.deepEqual(problems, [])
    t.deepEqual(tree && plain(tree), expected)
  },
  title: (_, text: string) => `reads ${JSON.stringify(text)}`,
})

test(reads, '', null)
test(reads, '# c\n', null)
test(reads, 'a: 1.10\nb: on\nc: 010\nd: 1e3', [
  ['a', '1.10'],
  ['b', 'on'],
  ['c', '010'],
  ['d', '1e3'],
])
test(reads, 'a:\nb: ~\nc: null\nd: ""', [
  ['a', null],
  ['b', null],
  ['c', null],
  ['d', ''],
])
test(reads, `a: "x\\ty"\nb: 'it''s'\nc: |\n  x\n  y\n`, [
  ['a', 'x\ty'],
  ['b', "it's"],
  ['c', 'x\ny\n'],
])
test(reads, '1: a\ntrue: b\n__proto__: c', [
  ['1', 'a'],
  ['true', 'b'],
  ['__proto__', 'c'],
])
test(reads, 'x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x', [
  [
    'x',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'y',
    [
      ['b', '3'],
      ['a', '1'],
    ],
  ],
])
test(reads, '<<: [{a: 1}, {a: 2, b: 3}]', [
  ['a', '1'],
  ['b', '3'],
])
test(reads, 'a: &a 1\nb: *a\nc: &a 2\nd: *a', [
  ['a', '1'],
  ['b', '1'],
  ['c', '2'],
  ['d', '2'],
])

const refuses = test.macro({
  exec: (t, text: string, offset: number, why: RegExp) => {
    const [first] = parseYaml(text).problems
    t.is(first?.offset, offset)
    t.regex(first?.why ?? '', why)
    t.notRegex(first?.why ?? '', /secret/)
  },
  title: (_, text: string) => `refuses ${JSON.stringify(text.slice(0, 50))}`,
})

test(refuses, 'a: 1\na: secret', 5, /^duplicate key$/)
test(refuses, 'x: {b: 1, b: secret}', 10, /^duplicate key$/)
test(refuses, 'a: *secret', 3, /^there is no such anchor before this alias$/)
test(refuses, 'a: &a [*a]', 7, /^this alias is inside its own anchor$/)
test(refuses, 'a: !secret x', 3, /^unresolved tag$/)
test(refuses, 'a: "\\qsecret"', 4, /^invalid escape sequence$/)
test(refuses, 'a: ]secret', 3, /^unexpected flow-seq-end token in YAML stream$/)
test(refuses, 'a: "secret', 10, /^missing closing "quote$/)
test(refuses, 'a: secret: x', 3, /^nested mappings are not allowed/)
test(refuses, 'a:\n\t- secret', 3, /^tabs are not allowed/)
test(refuses, 'a: 1\n---\nb: 2', 5, /^source contains multiple documents$/)
test(refuses, '? [secret]\n: b', 2, /^a key must be a plain word$/)
test(refuses, '<<: secret', 4, /^the value of <</)
test(refuses, '<<: [[{a: 1}]]', 5, /^the value of <</)
test(refuses, '['.repeat(50) + ']'.repeat(50), 17, /^it is nested too deeply$/)

test('a text that is nested so deep that a parser would fall is refused', (t) => {
  const { tree, problems } = parseYaml('['.repeat(100_000))
  t.is(tree, null)
  t.deepEqual(
    problems.map(({ why }) => why),
    ['it is nested too deeply'],
  )
})

test('aliases of aliases cost no more than their text', (t) => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let n = 1; n < 15; n++)
    lines.push(`a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join()}]`)
  const { tree, problems } = parseYaml(lines.join('\n'))
  t.deepEqual(problems, [])
  const seen = new Set<Tree>()
  const count = (one: Tree) => {
    if (seen.has(one)) return
    seen.add(one)
    if (one.type === 'list') for (const item of one.items) count(item)
    if (one.type === 'map') for (const { value } of one.entries) count(value)
  }
  if (tree !== null) count(tree)
  t.is(seen.size, 1 + 15 + 10)
})
