import test from 'ava'
import { PollLease } from '../../src/poll/poll-lease.ts'
import { NO_ID } from '../../src/poll/probing.ts'
import { unpolledResource } from '../../src/resource/resource.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'

const resource = (id: number) => unpolledResource(id as ResourceId, 'http://a.example/' as Url)

test('without a cluster, polls may always start', (t) => {
  t.true(new PollLease(() => 1e12).allows(resource(1)))
})

test('polls start until the lease is over, by the clock of this machine', (t) => {
  let now = 0
  const lease = new PollLease(() => now)
  lease.set(1_000, [])
  now = 999
  t.true(lease.allows(resource(1)))
  now = 1_000
  t.false(lease.allows(resource(1)))
  t.true(lease.allows(resource(NO_ID)), 'a probe')
  lease.set(2_000, [])
  t.true(lease.allows(resource(1)))
})

test('what belongs to another machine is not polled until main lends it again', (t) => {
  const lease = new PollLease(() => 0)
  lease.set(1_000, [1 as ResourceId])
  t.false(lease.allows(resource(1)))
  t.true(lease.allows(resource(2)))
  lease.accepted([resource(1)])
  t.true(lease.allows(resource(1)))
})
