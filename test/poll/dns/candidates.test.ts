import test from 'ava'
import { candidates } from '../../../src/poll/dns/candidates.ts'

const search = ['one.test', 'two.test']

for (const [title, name, conf, expected] of [
  ['enough dots: as it is first', 'a.b', { search, ndots: 1 }, ['a.b.', 'a.b.one.test.', 'a.b.two.test.']],
  ['too few dots: as it is last', 'a.b', { search, ndots: 2 }, ['a.b.one.test.', 'a.b.two.test.', 'a.b.']],
  ['no dot', 'a', { search, ndots: 1 }, ['a.one.test.', 'a.two.test.', 'a.']],
  ['no dot, none needed', 'a', { search, ndots: 0 }, ['a.', 'a.one.test.', 'a.two.test.']],
  ['a trailing dot makes it absolute', 'a.', { search, ndots: 5 }, ['a.']],
  ['nothing to search', 'a', { search: [], ndots: 1 }, ['a.']],
  ['the root is searched', 'a', { search: ['one.test', ''], ndots: 1 }, ['a.one.test.', 'a.']],
] as const) {
  test(title, (t) => t.deepEqual(candidates(name, conf), [...expected]))
}
