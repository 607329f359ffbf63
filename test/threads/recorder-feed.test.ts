import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import test from 'ava'
import { down, up } from '../helpers/state.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import type { ResourceId } from '../../src/resource/resource.ts'
import { unpackShown } from '../../src/state/shown-batch.ts'
import { StateBatch } from '../../src/state/state-batch.ts'
import type { State } from '../../src/state/state.ts'
import { FeedHandler } from '../../src/threads/feed-handler.ts'
import { feedingMonitor } from '../../src/threads/feeding-monitor.ts'
import { RecorderFeed } from '../../src/threads/recorder-feed.ts'

function batchOf(...states: readonly State[]): ArrayBuffer {
  const batch = new StateBatch()
  for (const state of states) batch.add(state)
  return batch.take()
}

/** A feed, and what a recorder would get of it. */
function feedOf(maxBytes?: number) {
  const clock = { ms: 0 }
  const lines: string[] = []
  const feed = new RecorderFeed(
    () => clock.ms,
    (line) => lines.push(line),
    maxBytes,
  )
  const pass = (...states: readonly State[]) => {
    for (const state of states) feed.state(state)
    const batch = batchOf(...states)
    feed.passStates(batch)
    return batch
  }
  return { feed, lines, clock, pass }
}

/** A recorder that takes in everything, in this thread. */
function recorderOn(port: MessagePort) {
  const got: string[] = []
  const handler = new FeedHandler({
    receive: (batch, shown) => got.push(`states ${batch.byteLength > 0} ${unpackShown(shown).length}`),
    loseVerdicts: (ids) => got.push(`lost ${[...ids].join()}`),
    register: () => got.push('register'),
    unregister: () => got.push('unregister'),
  })
  handler.listen(port)
  return { got, handler }
}

test('buffers are transferred on, not copied, in their order', async (t) => {
  const { feed, pass } = feedOf()
  const { port1, port2 } = new MessageChannel()
  feed.setPort(port1)
  const urls = new ArrayBuffer(8)
  feed.passUrls(urls)
  feed.verdictLost(7 as ResourceId, 1)
  const batch = pass(up(1), down(2))
  const ids = new ArrayBuffer(6)
  feed.passIds(ids)
  t.deepEqual([urls.detached, batch.detached, ids.detached], [true, true, true])
  const { got } = recorderOn(port2)
  await waitUntil(() => got.length === 4)
  t.deepEqual(got, ['register', 'states true 0', 'lost 7', 'unregister'])
  port2.close()
})

test('what is shown in place of a State goes with its batch', async (t) => {
  const { feed } = feedOf()
  const { port1, port2 } = new MessageChannel()
  feed.setPort(port1)
  feed.state(up(1))
  feed.state({ ...down(2), verdict: 'up', last: { answer: 'down', consecutive: 1, needed: 3 } })
  feed.passStates(batchOf(up(1), down(2)))
  const [message] = (await once(port2, 'message')) as [{ shown: ArrayBuffer }]
  t.deepEqual(unpackShown(message.shown), [
    { id: 2 as ResourceId, verdict: 'up', reason: 'timeout', answer: 'down', consecutive: 1 },
  ])
  port2.close()
})

test('what is not taken in is dropped at the bound, counted and reported once a minute', async (t) => {
  const size = batchOf(up(1)).byteLength
  const { feed, lines, clock, pass } = feedOf(3 * size)
  const { port1, port2 } = new MessageChannel()
  feed.setPort(port1)
  for (let n = 0; n < 5; n++) pass(up(1))
  t.is(feed.figures.dropped, 2)
  t.deepEqual(lines, ['history: 1 poll could not be recorded'])
  clock.ms = 61_000
  pass(up(1), up(1))
  t.deepEqual(lines.slice(1), ['history: 3 polls could not be recorded'])
  // The recorder goes on: there is room again.
  const { got } = recorderOn(port2)
  await waitUntil(() => got.length === 3)
  await waitUntil(() => {
    const before = feed.figures.dropped
    pass(up(1))
    return feed.figures.dropped === before
  })
  t.true(got.length >= 3)
  port2.close()
})

test('what a recorder that dies has taken in and not written is lost, and counted', async (t) => {
  const { feed, lines, pass } = feedOf()
  const { port1, port2 } = new MessageChannel()
  feed.setPort(port1)
  const { got, handler } = recorderOn(port2)
  pass(up(1), up(2))
  await waitUntil(() => got.length === 1)
  // In the same turn as the batch: the writing counts for it all the same.
  handler.sendStatus({ type: 'status', sizeBytes: 8_192, lost: 0, errors: 0, cpuMs: 1 })
  await waitUntil(() => feed.figures.sizeBytes === 8_192)
  for (let n = 0; n < 3; n++) pass(up(3))
  await waitUntil(() => got.length === 4)
  t.is(feed.figures.dropped, 0)
  port2.close()
  await waitUntil(() => feed.figures.dropped > 0)
  t.is(feed.figures.dropped, 3)
  t.deepEqual(lines, ['history: 3 polls could not be recorded'])
})

test('what a recorder that dies has not taken in is lost, and so is what comes before the next one', async (t) => {
  const { feed, pass } = feedOf()
  pass(up(1))
  t.is(feed.figures.dropped, 1)
  const first = new MessageChannel()
  feed.setPort(first.port1)
  pass(up(1), up(2))
  first.port2.close()
  await waitUntil(() => feed.figures.dropped === 3)
  pass(up(1))
  t.is(feed.figures.dropped, 4)
  const second = new MessageChannel()
  feed.setPort(second.port1)
  pass(up(1))
  second.port2.postMessage({ type: 'status', sizeBytes: 4_096, lost: 2, errors: 1, cpuMs: 3 })
  await waitUntil(() => feed.figures.sizeBytes > 0)
  t.deepEqual(feed.figures, { dropped: 6, errors: 1, sizeBytes: 4_096, cpuMs: 3 })
  const third = new MessageChannel()
  feed.setPort(third.port1)
  // The one poll that the second one did not say to have taken in.
  t.deepEqual(feed.figures, { dropped: 7, errors: 1, sizeBytes: 4_096, cpuMs: 0 })
  third.port2.close()
})

test('all that has come is taken in before the end', (t) => {
  const { feed, pass } = feedOf()
  const { port1, port2 } = new MessageChannel()
  feed.setPort(port1)
  for (let n = 0; n < 3; n++) pass(up(1))
  const { got, handler } = recorderOn(port2)
  handler.drain()
  t.is(got.length, 3)
  port2.close()
})

test('the monitor reads each buffer before it is passed on', (t) => {
  const read: string[] = []
  const monitor = feedingMonitor(
    {
      counts: { pending: 0, up: 1, down: 0, unknown: 0 },
      addUrls: (buffer) => read.push(`read ${buffer.byteLength}`),
      removeUrls: (buffer) => read.push(`read ${buffer.byteLength}`),
      receiveZones: () => {},
      receiveStates: (buffer) => read.push(`read ${buffer.byteLength}`),
      updateMainStats: () => {},
      updatePollerStats: () => {},
      print: () => Promise.resolve(),
      finish: () => Promise.resolve(),
    },
    {
      passUrls: () => read.push('urls'),
      passIds: () => read.push('ids'),
      passStates: () => read.push('states'),
    },
  )
  monitor.addUrls(new ArrayBuffer(1))
  monitor.removeUrls(new ArrayBuffer(2))
  monitor.receiveStates(new ArrayBuffer(3))
  t.deepEqual(read, ['read 1', 'urls', 'read 2', 'ids', 'read 3', 'states'])
  t.is(monitor.counts.up, 1)
})
