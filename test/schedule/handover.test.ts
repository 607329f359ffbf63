import test from 'ava'
import { NOT_POLLED } from '../../src/resource/resource.ts'
import type { PolledResource, ResourceId, Url } from '../../src/resource/resource.ts'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { Schedule } from '../../src/schedule/schedule.ts'

const OPTIONS = {
  intervalMs: 1_000,
  errorBackoffMs: 0,
  maxBackoffMs: 0,
  pollers: 1,
  concurrency: 10,
  hostConcurrency: 10,
  once: false,
}

/** A schedule of a table that had no Resource at the start, as in a cluster, and one that it has now. */
function start() {
  const table = new ResourceTable()
  const schedule = new Schedule(table, OPTIONS, 0)
  const id = table.add('http://a.example/' as Url) as ResourceId
  schedule.grow()
  const known: PolledResource = {
    id,
    dueAt: 500,
    errCount: 2,
    verdict: 'down',
    notBefore: 0,
    headRefusedUntil: 0,
    refusedStatus: 0,
  }
  const lend = (now: number) => {
    schedule.wake(now)
    const batch = schedule.lend(0)
    return batch === null ? [] : unpackResources(batch.take())
  }
  return { table, schedule, id, known, lend }
}

test('a Resource of another machine is in the table, and not polled', (t) => {
  const { schedule, lend } = start()
  t.deepEqual(lend(10_000), [])
  t.deepEqual(schedule.owners, { asleep: 0, due: 0, pollers: [0], leaving: 0 })
})

test('an adopted one is polled when it is due, with what is known of it', (t) => {
  const { schedule, known, lend } = start()
  schedule.handover.adopt({ resource: known, slotAt: 500 })
  t.deepEqual(lend(499), [])
  t.like(lend(501)[0], { errCount: 2, verdict: 'down' })
})

test('one that is given up asleep is not polled any more', (t) => {
  const { schedule, id, known, lend } = start()
  schedule.handover.adopt({ resource: known, slotAt: 500 })
  t.false(schedule.handover.giveUp(id))
  t.deepEqual(lend(10_000), [])
  t.like(schedule.handover.stateOf(id), { slotAt: 500, resource: { dueAt: 500, errCount: 2 } })
})

test('one that is given up while it is polled goes on elsewhere with the next slot', (t) => {
  const { schedule, id, known, lend } = start()
  schedule.handover.adopt({ resource: known, slotAt: 500 })
  lend(501)
  t.true(schedule.handover.giveUp(id))
  t.true(schedule.handover.isLent(id))
  t.is(schedule.handover.stateOf(id).slotAt, 1_500, 'a poll in flight counts')
  schedule.takeBack({ ...known, errCount: 3 }, 600)
  t.false(schedule.handover.isLent(id))
  t.like(schedule.handover.stateOf(id), { slotAt: 1_500, resource: { dueAt: 1_500, errCount: 3 } })
  t.deepEqual(lend(10_000), [])
})

test('one that comes back without having been polled goes on with the slot that it had', (t) => {
  const { schedule, id, known, lend } = start()
  schedule.handover.adopt({ resource: known, slotAt: 500 })
  lend(501)
  schedule.handover.giveUp(id)
  schedule.takeBack({ ...known, dueAt: NOT_POLLED }, 600)
  t.like(schedule.handover.stateOf(id), { slotAt: 500, resource: { dueAt: 500 } })
})

test('one that is adopted again before it is back waits for that', (t) => {
  const { schedule, id, known, lend } = start()
  schedule.handover.adopt({ resource: known, slotAt: 500 })
  lend(501)
  schedule.handover.giveUp(id)
  schedule.handover.adopt({ resource: { ...known, dueAt: 3_000 }, slotAt: 3_000 })
  t.deepEqual(lend(5_000), [])
  schedule.takeBack(known, 5_001)
  t.is(lend(5_002).length, 1)
})

test('one that is due and given up is not lent', (t) => {
  const { schedule, id, known, lend } = start()
  schedule.handover.adopt({ resource: known, slotAt: 500 })
  schedule.wake(600)
  t.false(schedule.handover.giveUp(id))
  t.deepEqual(lend(600), [])
  t.deepEqual(schedule.owners, { asleep: 0, due: 0, pollers: [0], leaving: 0 })
})

test('one that leaves the list while another machine polls it leaves the table at once', (t) => {
  const { table, schedule, id } = start()
  schedule.remove(id)
  t.is(table.size, 0)
})
