import test from 'ava'
import { assert, constantFrom, dictionary, oneof, property, string } from 'fast-check'
import { labelReader, parseLabels } from '../../src/resource/labels.ts'

test('one label is read as parsing all of them reads it', (t) => {
  const part = oneof(
    string({ maxLength: 4 }),
    constantFrom('a', '"', '\\', ',', '{', '{"a":"', ',"a":"', '":"'),
  )
  assert(
    property(dictionary(part, part, { maxKeys: 4 }), part, (labels, name) => {
      const text = Object.keys(labels).length === 0 ? '' : JSON.stringify(labels)
      // Not of `labels`: V8 14.6 takes a name that is a quotation mark for a backslash when it has parsed one before.
      const parsed = parseLabels(text)
      const expected = Object.hasOwn(parsed, name) ? (parsed[name] as string) : null
      return labelReader(name)(text) === expected
    }),
    {
      numRuns: 2_000,
      examples: [
        [{ a: 'a', '":,"a":"': 'a' }, '"'],
        [{ ',': ':' }, ':'],
      ],
    },
  )
  t.pass()
})
