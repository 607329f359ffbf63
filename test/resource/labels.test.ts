import test from 'ava'
import { assert, constantFrom, dictionary, oneof, property, string } from 'fast-check'
import { labelReader } from '../../src/resource/labels.ts'

test('one label is read as parsing all of them reads it', (t) => {
  const part = oneof(
    string({ maxLength: 4 }),
    constantFrom('a', '"', '\\', ',', '{', '{"a":"', ',"a":"', '":"'),
  )
  assert(
    property(dictionary(part, part, { maxKeys: 4 }), part, (labels, name) => {
      const text = Object.keys(labels).length === 0 ? '' : JSON.stringify(labels)
      const expected = Object.hasOwn(labels, name) ? (labels[name] as string) : null
      return labelReader(name)(text) === expected
    }),
    { numRuns: 2_000 },
  )
  t.pass()
})
