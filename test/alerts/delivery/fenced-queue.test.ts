import test from 'ava'
import { fencedQueue } from '../../../src/alerts/delivery/fenced-queue.ts'
import { pendingRow } from '../../../src/alerts/store/delivery-row.ts'
import type { DeliveryRow } from '../../../src/alerts/store/delivery-row.ts'

const ROW = pendingRow({ sequence: 1, receiver: 'ops', groupKey: 'g' }, 0)

function recorded() {
  const [added, ticks]: [DeliveryRow[], number[]] = [[], []]
  const queue = {
    nextDue: 5,
    inFlight: 2,
    add: (rows: readonly DeliveryRow[]) => void added.push(...rows),
    tick: (now: number) => void ticks.push(now),
    close: () => Promise.resolve(),
  }
  return { queue, added, ticks }
}

test('a notification is sent when another machine would know of it, and not before', async (t) => {
  const { queue, added } = recorded()
  const saved = Promise.withResolvers<void>()
  const woken = Promise.withResolvers<void>()
  const fence = { maySend: () => true, saved: () => saved.promise }
  const fenced = fencedQueue(queue, fence, () => woken.resolve())
  fenced.add([])
  fenced.add([ROW])
  await new Promise((resolve) => setImmediate(resolve))
  t.deepEqual(added, [])
  saved.resolve()
  await woken.promise
  t.deepEqual(added, [ROW])
})

test('nothing is sent while another machine may send', (t) => {
  const { queue, ticks } = recorded()
  let maySend = false
  const fenced = fencedQueue(queue, { maySend: () => maySend, saved: () => Promise.resolve() }, () => {})
  fenced.tick(1)
  maySend = true
  fenced.tick(2)
  t.deepEqual(ticks, [2])
  t.is(fenced.nextDue, 5)
  t.is(fenced.inFlight, 2)
})

test('without other machines it is the queue itself', (t) => {
  const { queue } = recorded()
  t.is(
    fencedQueue(queue, null, () => {}),
    queue,
  )
})
