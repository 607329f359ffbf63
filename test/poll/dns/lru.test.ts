import test from 'ava'
import { Lru } from '../../../src/poll/dns/lru.ts'

test('what was used least recently goes first', (t) => {
  const lru = new Lru<number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  t.is(lru.get('a'), 1)
  lru.set('c', 3)
  t.deepEqual([lru.get('a'), lru.get('b'), lru.get('c')], [1, undefined, 3])
})

test('a key that is set again takes no further place', (t) => {
  const lru = new Lru<number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  lru.set('b', 3)
  t.deepEqual([lru.get('a'), lru.get('b')], [1, 3])
  lru.delete('a')
  t.is(lru.get('a'), undefined)
})
