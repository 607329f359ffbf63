import test from 'ava'
import type { ExecutionContext } from 'ava'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import type { Resource } from '../../src/resource/resource.ts'
import { unpackStates } from '../../src/state/state-batch.ts'
import type { State } from '../../src/state/state.ts'
import { Outbox } from '../../src/threads/outbox.ts'
import type { CompleteMessage, StatusMessage } from '../../src/threads/protocol.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { up } from '../helpers/state.ts'

interface Arrived {
  readonly port: 'status' | 'complete'
  readonly ids: number[]
}

/** An outbox and what has arrived at the far ends of its channels, in the order of arrival. */
function outboxOf(t: ExecutionContext) {
  const status = new MessageChannel()
  const complete = new MessageChannel()
  const arrived: Arrived[] = []
  status.port1.on('message', (message: StatusMessage) => {
    const ids: number[] = []
    if (message.type === 'states') unpackStates(message.batch, ({ id }) => ids.push(id))
    arrived.push({ port: 'status', ids })
  })
  complete.port1.on('message', (message: CompleteMessage) => {
    const ids =
      message.type === 'resources' ? unpackResources(message.batch).map(({ id }) => id as number) : []
    arrived.push({ port: 'complete', ids })
  })
  t.teardown(() => {
    status.port1.close()
    complete.port1.close()
  })
  const outbox = new Outbox(status.port2, complete.port2)
  const done = (id: number) => {
    const state = up(id)
    outbox.state(state)
    outbox.complete(resourceOf(state))
  }
  return { outbox, arrived, done, status: status.port1, complete: complete.port1 }
}

function resourceOf({ id, url }: State): Resource {
  return {
    id,
    url,
    dueAt: 0,
    errCount: 0,
    verdict: 'up',
    notBefore: 0,
    headRefusedUntil: 0,
    refusedStatus: 0,
    generation: 0,
    profile: 0,
  }
}

function count(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

/** Lets everything that was posted arrive. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate()
}

test('results of one moment go in one message, after a while', async (t) => {
  const { arrived, done, complete } = outboxOf(t)
  for (const id of count(0, 10)) done(id)
  t.deepEqual(arrived, [])
  await once(complete, 'message')
  await settled()
  t.deepEqual(arrived, [
    { port: 'status', ids: count(0, 10) },
    { port: 'complete', ids: count(0, 10) },
  ])
  done(10)
  await once(complete, 'message')
  t.deepEqual(
    arrived.slice(2).map(({ ids }) => ids),
    [[10], [10]],
  )
})

test('flush sends at once, and nothing twice', async (t) => {
  const { outbox, arrived, done, complete } = outboxOf(t)
  done(1)
  done(2)
  outbox.flush()
  outbox.flush()
  await once(complete, 'message')
  await settled()
  t.deepEqual(arrived, [
    { port: 'status', ids: [1, 2] },
    { port: 'complete', ids: [1, 2] },
  ])
})

test('a full batch is sent at once, and none is larger', (t) => {
  const status = new MessageChannel()
  const complete = new MessageChannel()
  t.teardown(() => {
    status.port1.close()
    complete.port1.close()
  })
  const outbox = new Outbox(status.port2, complete.port2)
  const received = () => [receiveMessageOnPort(status.port1), receiveMessageOnPort(complete.port1)]
  const full = 256
  for (let id = 0; id < 3 * full; id++) {
    t.deepEqual(received(), [undefined, undefined])
    outbox.state(up(id))
    outbox.complete(resourceOf(up(id)))
    if (id % full < full - 1) continue
    for (const message of received()) t.like(message, { message: { batch: { detached: false } } })
  }
  outbox.flush()
  t.deepEqual(received(), [undefined, undefined])
})

test('a State arrives before its Resource, over any number of batches', async (t) => {
  const { outbox, arrived, done, complete } = outboxOf(t)
  const size = 2_000
  for (const id of count(0, size)) {
    done(id)
    if (id % 37 === 0) outbox.flush()
    if (id % 101 === 0) await setImmediate()
  }
  outbox.flush()
  while (arrived.flatMap(({ port, ids }) => (port === 'complete' ? ids : [])).length < size)
    await once(complete, 'message')
  const known = new Set<number>()
  for (const { port, ids } of arrived) {
    for (const id of ids) {
      if (port === 'status') known.add(id)
      else if (!known.has(id)) t.fail(`Resource ${id} was back before its State was there`)
    }
  }
  t.is(known.size, size)
})

test('Resources that go back unpolled have no State', async (t) => {
  const { outbox, arrived, complete } = outboxOf(t)
  outbox.complete(resourceOf(up(5)))
  await once(complete, 'message')
  await settled()
  t.deepEqual(arrived, [{ port: 'complete', ids: [5] }])
})

test('a new status port gets the States not sent yet and all later ones; main is notified after the earlier Resources', async (t) => {
  const { outbox, arrived, done } = outboxOf(t)
  const other = new MessageChannel()
  const states: number[] = []
  other.port1.on('message', (message: StatusMessage) => {
    if (message.type === 'states') unpackStates(message.batch, ({ id }) => states.push(id))
  })
  t.teardown(() => other.port1.close())
  done(1)
  outbox.flush()
  done(2)
  outbox.setStatusPort(other.port2)
  done(3)
  outbox.flush()
  await waitUntil(() => states.length === 2 && arrived.filter(({ port }) => port === 'complete').length === 4)
  t.deepEqual(states, [2, 3])
  t.deepEqual(
    arrived.filter(({ port }) => port === 'complete').map(({ ids }) => ids),
    [[1], [2], [], [3]],
  )
})
