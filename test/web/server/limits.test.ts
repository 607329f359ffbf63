import test from 'ava'
import { clientKey } from '../../../src/web/server/client-key.ts'
import { TokenBuckets } from '../../../src/web/server/token-buckets.ts'

test('so many at once, and then so many a second', (t) => {
  const buckets = new TokenBuckets(3, 2, 10)
  const taken = (times: number, now: number) =>
    Array.from({ length: times }, () => buckets.take('a', now)).filter(Boolean).length
  t.is(taken(10, 0), 3)
  t.is(taken(10, 499), 0)
  t.is(taken(10, 1_000), 2)
  t.is(taken(10, 1_000_000), 3)
  t.true(buckets.take('b', 1_000_000))
})

test('the table is bounded: who was not seen for longest goes', (t) => {
  const buckets = new TokenBuckets(1, 0, 1_000)
  t.true(buckets.take('old', 0))
  for (let n = 0; n < 998; n++) buckets.take(`other ${n}`, 0)
  t.false(buckets.take('old', 0))
  for (let n = 0; n < 5_000; n++) {
    buckets.take(`new ${n}`, 0)
    if (n % 500 === 0) t.false(buckets.take('old', 0))
  }
  t.is(buckets.size, 1_000)
  t.true(buckets.take('other 0', 0))
})

for (const [address, expected] of [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
] as const)
  test(`${address || 'an address that is gone'} counts as ${expected || 'one client'}`, (t) => {
    t.is(clientKey({ remoteAddress: address }), expected)
  })
