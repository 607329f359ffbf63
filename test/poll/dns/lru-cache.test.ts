import test from 'ava'
import { LruCache } from '../../../src/poll/dns/lru-cache.ts'

test('the least recently used entry is dropped first', (t) => {
  const lru = new LruCache<number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  t.is(lru.get('a'), 1)
  lru.set('c', 3)
  t.deepEqual([lru.get('a'), lru.get('b'), lru.get('c')], [1, undefined, 3])
})

test('setting a key again adds no entry', (t) => {
  const lru = new LruCache<number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  lru.set('b', 3)
  t.deepEqual([lru.get('a'), lru.get('b')], [1, 3])
  lru.delete('a')
  t.is(lru.get('a'), undefined)
})

test('in any order of uses the cache equals a plain list of uses', (t) => {
  const lru = new LruCache<number>(4)
  let model: (readonly [string, number])[] = []
  let seed = 1
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let step = 0; step < 5_000; step++) {
    const key = `${random(7)}`
    const old = model.find(([each]) => each === key)
    const others = model.filter(([each]) => each !== key)
    switch (random(20)) {
      case 0:
        lru.delete(key)
        model = others
        break
      case 1:
        if (random(20) > 0) break
        lru.clear()
        model = []
        break
      case 2:
      case 3:
      case 4:
      case 5:
      case 6:
      case 7:
        lru.set(key, step)
        model = [...(old === undefined ? others.slice(-3) : others), [key, step]]
        break
      default:
        t.is(lru.get(key), old?.[1])
        if (old !== undefined) model = [...others, old]
    }
    t.is(lru.size, model.length)
  }
})
