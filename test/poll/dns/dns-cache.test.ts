import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { noAnswer } from '../../../src/poll/dns/dns-answer.ts'
import {
  NEGATIVE_TTL_MS,
  FAILURE_TTL_MS,
  DnsCache,
  MAX_TTL_MS,
  MIN_TTL_MS,
} from '../../../src/poll/dns/dns-cache.ts'

const found = (ttlMs: number) => ({ addresses: ['192.0.2.1'], ttlMs, code: '' }) as const

for (const [title, answer, keptMs] of [
  ['addresses are kept for their TTL', found(60_000), 60_000],
  ['a TTL of 0 has a floor', found(0), MIN_TTL_MS],
  ['a TTL of years has a cap', found(2 ** 31 * 1e3), MAX_TTL_MS],
  ['NXDOMAIN is kept briefly', noAnswer('NXDOMAIN'), NEGATIVE_TTL_MS],
  ['NODATA is kept briefly', noAnswer('NODATA'), NEGATIVE_TTL_MS],
  ['a failure is kept for a moment', noAnswer('SERVFAIL'), FAILURE_TTL_MS],
] as const) {
  test(title, (t) => {
    const kept = new DnsCache()
    kept.set('a.example', answer, 100)
    t.like(kept.get('a.example', 100 + keptMs - 1), { answer })
    t.is(kept.get('a.example', 100 + keptMs), undefined)
  })
}

test('the cache is bounded: the least recently used name is dropped first', (t) => {
  const kept = new DnsCache(3)
  for (const name of ['a', 'b', 'c']) kept.set(name, found(60_000), 0)
  kept.get('a', 1)
  kept.set('d', found(60_000), 1)
  t.is(kept.size, 3)
  t.deepEqual(
    ['a', 'b', 'c', 'd'].filter((name) => kept.get(name, 2) !== undefined),
    ['a', 'c', 'd'],
  )
})

test('a preferred address comes first while its answer is cached', (t) => {
  const kept = new DnsCache()
  kept.set('a', { addresses: ['::1', '192.0.2.1', '192.0.2.2'], ttlMs: 60_000, code: '' }, 0)
  kept.prefer('a', ['192.0.2.2'])
  kept.prefer('a', ['192.0.2.9'])
  kept.prefer('b', ['192.0.2.2'])
  t.like(kept.get('a', 59_999)?.answer, { addresses: ['192.0.2.2', '::1', '192.0.2.1'], ttlMs: 60_000 })
  t.is(kept.get('a', 60_000), undefined)
  t.is(kept.get('b', 0), undefined)
})

test('names with many addresses push out those before them', (t) => {
  const kept = new DnsCache(100, 10)
  const answer = (count: number) => ({
    ...found(60_000),
    addresses: Array.from({ length: count }, () => '192.0.2.1'),
  })
  for (const name of ['a', 'b', 'c']) kept.set(name, answer(4), 0)
  const known = () => ['a', 'b', 'c', 'd', 'e'].filter((name) => kept.get(name, 2) !== undefined)
  t.deepEqual(known(), ['b', 'c'])
  kept.set('c', answer(1), 0)
  kept.set('d', answer(5), 0)
  t.deepEqual(known(), ['b', 'c', 'd'])
  kept.set('e', answer(50), 0)
  t.deepEqual(known(), ['e'])
  kept.clear()
  for (const name of ['a', 'b']) kept.set(name, answer(5), 0)
  t.deepEqual(known(), ['a', 'b'])
})

test('a name that is too long for DNS is not kept', (t) => {
  const kept = new DnsCache()
  for (const length of [254, 255]) kept.set('a'.repeat(length), noAnswer('BADNAME'), 0)
  t.is(kept.size, 1)
})

test('a name that is a part of a long URL does not keep the URL', (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const kept = new DnsCache()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < 1_000; n++) {
    const { hostname } = new URL(`http://a-name-of-some-length-${n}.example/${'x'.repeat(20_000)}`)
    kept.set(hostname, found(60_000), 0)
  }
  collect()
  const each = (process.memoryUsage().heapUsed - before) / kept.size
  t.true(each < 5_000, `${each} bytes a name; 20,000 with its URL`)
})
