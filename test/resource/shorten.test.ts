import test from 'ava'
import { cut, shorten } from '../../src/resource/shorten.ts'

test('a text is cut between characters, and is as long as it may be', (t) => {
  t.is(cut('abc', 3), 'abc')
  t.is(cut('abcd', 3), 'abc')
  t.is(cut('a😀', 3), 'a😀')
  t.is(cut('a😀b', 3), 'a😀')
  t.is(cut('ab😀', 3), 'ab')
  t.is(shorten('a😀', 3), 'a😀')
  t.is(shorten('ab😀', 3), 'ab…')
  t.is(shorten('a😀b', 3), 'a…')
})
