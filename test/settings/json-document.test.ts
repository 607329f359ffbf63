import test from 'ava'
import { parseJson } from '../../src/settings/json-document.ts'
import { DocumentSyntaxError } from '../../src/settings/parsed-document.ts'

test('reads JSON, and knows where its parts are', (t) => {
  const { value, positionOf } = parseJson('[\n  {"a": ["x", "y"],\r\n   "b": {"c": 1}}\n]')
  t.deepEqual(value, [{ a: ['x', 'y'], b: { c: 1 } }])
  t.is(positionOf([]), '1:1')
  t.is(positionOf([0]), '2:3')
  t.is(positionOf([0, 'a', 1]), '2:15')
  t.is(positionOf([0, 'b', 'c']), '3:15')
  // What is not there is where it would be.
  t.is(positionOf([0, 'b', 'd', 'e']), '3:9')
  t.is(positionOf([7]), '1:1')
})

const broken = test.macro({
  exec(t, text: string, expected: string) {
    const error = t.throws(() => parseJson(text), { instanceOf: DocumentSyntaxError })
    t.is(`${error?.position}: ${error?.message}`, expected)
  },
  title: (_, text: string) => `says what is wrong with ${JSON.stringify(text.slice(0, 30))}`,
})

test(broken, '', '1:1: incomplete JSON')
test(broken, '[\n{"a": 1,', '2:9: incomplete JSON')
test(broken, '["a', '1:2: incomplete JSON')
test(broken, '["a",\n]', '2:1: invalid JSON: value expected')
test(broken, '{"a" 1}', '1:6: invalid JSON: colon expected')
test(broken, '[1 2]', '1:4: invalid JSON: comma expected')
test(broken, '[1] [2]', '1:5: invalid JSON: end of file expected')
test(broken, '[1, // one\n2]', '1:5: invalid JSON: invalid comment token')
test(broken, '['.repeat(300_000), '1:1: invalid JSON')

test('messages do not quote the content', (t) => {
  const error = t.throws(() => parseJson('["https://me:secret@a.example/" x]'), {
    instanceOf: DocumentSyntaxError,
  })
  t.notRegex(error?.message ?? '', /secret/)
})

test('deeply nested values have a position too', (t) => {
  const { positionOf } = parseJson('['.repeat(300_000) + ']'.repeat(300_000))
  t.is(positionOf([0]), '1:1')
})
