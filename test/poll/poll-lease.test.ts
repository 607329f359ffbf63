import test from 'ava'
import { PollLease } from '../../src/poll/poll-lease.ts'
import { NO_ID } from '../../src/poll/probing.ts'

import { NOT_POLLED, unpolledResource } from '../../src/resource/resource.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import { startOrigin } from '../helpers/origin.ts'
import { resource as polled, TestPoller } from '../helpers/test-poller.ts'
import { waitUntil } from '../helpers/wait-until.ts'

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

test('no second attempt follows when the lease is over: another machine may poll the URL by now', async (t) => {
  const poller = new TestPoller()
  t.teardown(() => poller.close())
  const origin = await startOrigin(t, (request) => {
    poller.poller.lease.set(Number.NEGATIVE_INFINITY, [])
    request.destroy()
  })
  poller.poller.lease.set(Number.MAX_VALUE, [])
  const given = polled(`${origin.url}/`, { verdict: 'up' })
  poller.poller.accept([given])
  await waitUntil(() => poller.events.length > 0)
  t.deepEqual(poller.events, ['complete'], 'nothing is said of it')
  t.is(given.dueAt, NOT_POLLED)
  t.is(origin.requestPaths.length, 1)
})

test('no request is sent after the lease, though its poll began before', async (t) => {
  const poller = new TestPoller()
  t.teardown(() => poller.close())
  const origin = await startOrigin(t, (_, response) => {
    poller.poller.lease.set(Number.NEGATIVE_INFINITY, [])
    response.writeHead(302, { Location: '/next' }).end()
  })
  poller.poller.lease.set(Number.MAX_VALUE, [])
  const given = polled(`${origin.url}/first`)
  poller.poller.accept([given])
  await waitUntil(() => poller.events.length > 0)
  t.deepEqual(poller.events, ['complete'], 'nothing is said of it')
  t.is(given.dueAt, NOT_POLLED)
  t.deepEqual(origin.requestPaths, ['/first'])
})

test('what waits and belongs to another machine goes back at once, though a slow poll is before it', async (t) => {
  const poller = new TestPoller({ hostConcurrency: 1 })
  t.teardown(() => poller.close())
  const begun = Promise.withResolvers<void>()
  let answer = () => {}
  const origin = await startOrigin(t, (_, response) => {
    answer = () => void response.end()
    begun.resolve()
  })
  poller.poller.setLease(Number.MAX_VALUE, [])
  const [slow, waiting, kept] = [1, 2, 3].map((n) => polled(`${origin.url}/${n}`)) as [
    Resource,
    Resource,
    Resource,
  ]
  poller.poller.accept([slow, waiting, kept])
  await begun.promise
  poller.poller.setLease(Number.MAX_VALUE, [slow.id, waiting.id])
  t.deepEqual(poller.events, ['complete'])
  t.is(waiting.dueAt, NOT_POLLED)
  t.not(kept.dueAt, NOT_POLLED)
  t.deepEqual([poller.poller.waiting, poller.poller.inFlight], [1, 1])
  answer()
  await waitUntil(() => origin.requestPaths.includes('/3'))
  answer()
})
