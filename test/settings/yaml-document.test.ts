import test from 'ava'
import { DocumentSyntaxError } from '../../src/settings/parsed-document.ts'
import { parseYaml } from '../../src/settings/yaml-document.ts'

const read = (text: string) => parseYaml(text, () => Promise.resolve())

test('reads YAML, scalars as they are written, and knows where its parts are', async (t) => {
  const { value, positionOf } = await read(
    '- a: &x\n    b: 1.10\n    c: no\n  d: [e,\n    f]\n- <<: *x\n  __proto__: g',
  )
  t.deepEqual(value, [
    { a: { b: '1.10', c: 'no' }, d: ['e', 'f'] },
    JSON.parse('{"b": "1.10", "c": "no", "__proto__": "g"}'),
  ])
  t.is(positionOf([0, 'a', 'b']), '2:8')
  t.is(positionOf([0, 'd', 1]), '5:5')
  t.is(positionOf([1, 'h', 'i']), '6:3')
})

test('a text without anything is null', async (t) => {
  for (const text of ['', '\n', '# a comment\n', '---\n'])
    t.true([null, ''].includes((await read(text)).value as null), text)
})

test('a long text is read in slices, all of it', async (t) => {
  let pauses = 0
  const text = Array.from({ length: 20_000 }, (_, n) => `- "number ${n}"\r\n`).join('')
  const { value } = await parseYaml(`${text}- last`, () => {
    pauses++
    return Promise.resolve()
  })
  t.is((value as string[]).length, 20_001)
  t.is((value as string[]).at(-1), 'last')
  t.is((value as string[])[12_345], 'number 12345')
  t.true(pauses > 4)
})

const broken = test.macro({
  async exec(t, text: string, expected: RegExp) {
    const error = await t.throwsAsync(read(text), { instanceOf: DocumentSyntaxError })
    t.regex(`${error?.position}: ${error?.message}`, expected)
  },
  title: (_, text: string) => `says what is wrong with ${JSON.stringify(text.slice(0, 30))}`,
})

test(broken, '- a\n - b\n- c: secret: d', /^\d+:\d+: invalid YAML: [a-z ]+$/)
test(broken, 'a: 1\na: 2\n', /^2:1: invalid YAML: duplicate key$/)
test(broken, '- "a', /^1:\d: invalid YAML: missing char$/)
test(broken, '- [a, b', /^1:8: invalid YAML: bad indent|missing char$/)
test(broken, '- a\n---\n- b\n', /^2:1: a second document; only one is allowed$/)
test(broken, '['.repeat(30_000), /^1:\d+: it is nested too deeply$/)
test(broken, '- a\n- *nobody\n', /^2:3: invalid YAML: an alias without an anchor$/)
test(broken, '- a\n- {<<: b}\n', /^2:4: invalid YAML: the value of << must be a map or an alias of a map$/)
test(broken, '- &a b\n- {<<: *a}\n', /^2:4: invalid YAML: the value of <</)
test(broken, '- &a {b: c}\n- {<<: [*a, d]}\n', /^2:4: invalid YAML: the value of <</)
test(broken, '- <<: *nobody\n', /^1:\d: invalid YAML: /)

const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
for (let n = 0; n < 8; n++) {
  const [name, inner] = [String.fromCharCode(98 + n), String.fromCharCode(97 + n)]
  bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${inner}`).join(',')}]`)
}
test(broken, bomb.join('\n'), /^1:1: invalid YAML: too many aliases$/)
