import test from 'ava'
import { MessageChannel, Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { ResourceBatch, unpackResources } from '../../src/resource/resource-batch.ts'
import { unpolledResource } from '../../src/resource/resource.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'

const resources: readonly Resource[] = [
  unpolledResource(0 as ResourceId, 'http://a.example/' as Url),
  {
    id: 0xffff_fffe as ResourceId,
    url: `https://user:pass@b.example/${'x'.repeat(20_000)}` as Url,
    dueAt: 1e12 + 0.25,
    errCount: 0xffff_ffff,
    verdict: 'unknown',
    notBefore: 2e12 + 0.5,
    headRefusedUntil: 3e12 + 0.125,
    refusedStatus: 999,
    generation: 65535,
    profile: 65535,
  },
  {
    id: 3 as ResourceId,
    url: 'http://c.example/?q' as Url,
    dueAt: -1.5,
    errCount: 1,
    verdict: 'up',
    notBefore: 0.1,
    headRefusedUntil: 0.2,
    refusedStatus: 404,
    generation: 1,
    profile: 0,
  },
  {
    id: 4 as ResourceId,
    url: 'http://[::1]:8080/' as Url,
    dueAt: 5,
    errCount: 2,
    verdict: 'down',
    notBefore: 6,
    headRefusedUntil: 7,
    refusedStatus: 1,
    generation: 0,
    profile: 2,
  },
]

function batchOf(list: readonly Resource[]): ResourceBatch {
  const batch = new ResourceBatch()
  for (const resource of list) batch.add(resource)
  return batch
}

test('every field comes back', (t) => {
  const batch = batchOf(resources)
  t.is(batch.size, resources.length)
  t.deepEqual(unpackResources(batch.take()), resources)
})

test('a batch is empty after take()', (t) => {
  const batch = batchOf(resources)
  batch.take()
  t.is(batch.size, 0)
  t.deepEqual(unpackResources(batch.take()), [])
  const [first] = resources
  if (first !== undefined) batch.add(first)
  t.deepEqual(unpackResources(batch.take()), [first])
})

test('a sender keeps nothing of a batch that it sends', async (t) => {
  const { port1, port2 } = new MessageChannel()
  const batch = batchOf(resources)
  const buffer = batch.take()
  t.true(buffer.byteLength > 0)
  port1.postMessage(buffer, [buffer])
  t.is(buffer.byteLength, 0)
  t.true(buffer.detached)
  t.throws(() => unpackResources(buffer), { instanceOf: TypeError })
  t.is(batch.size, 0)
  const [received] = (await once(port2, 'message')) as [ArrayBuffer]
  t.deepEqual(unpackResources(received), resources)
  port1.close()
})

test('neither thread keeps what it sends to the other', async (t) => {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     parentPort.once('message', (buffer) => {
       parentPort.postMessage(buffer, [buffer])
       parentPort.postMessage(buffer.byteLength)
     })`,
    { eval: true },
  )
  t.teardown(() => worker.terminate())
  const messages: unknown[] = []
  const both = new Promise<void>((resolve) => {
    worker.on('message', (message) => messages.push(message) === 2 && resolve())
  })
  const buffer = batchOf(resources).take()
  worker.postMessage(buffer, [buffer])
  t.is(buffer.byteLength, 0)
  await both
  t.deepEqual(unpackResources(messages[0] as ArrayBuffer), resources)
  t.is(messages[1], 0)
})
