import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { applyDiff } from '../../src/reload/apply-diff.ts'
import { Membership } from '../../src/reload/membership.ts'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { Schedule } from '../../src/schedule/schedule.ts'

const options = {
  pollers: 1,
  concurrency: 8,
  hostConcurrency: 8,
  intervalMs: 1_000,
  errorBackoffMs: 0,
  maxBackoffMs: 0,
  once: false,
}

/** A list of one URL, which is lent. */
function lentOne() {
  const table = new ResourceTable()
  const url = 'http://a.example/' as Url
  const id = table.add(url) as ResourceId
  const membership = new Membership()
  membership.add(id, 0)
  const schedule = new Schedule(table, options, 0)
  schedule.wake(1)
  const [lent] = unpackResources((schedule.lend(0) as { take(): ArrayBuffer }).take())
  return { table, url, id, membership, schedule, lent: lent as Resource }
}

const nothing = { added: [], joined: [], changed: [], removed: [], countBefore: 0, countNow: 0 }

test('a URL that is listed again while lent may come back from its poller before the schedule knows', async (t) => {
  const { table, url, id, membership, schedule, lent } = lentOne()
  const profiles = { acquire: () => 0, tryAcquire: () => 0, release() {} }
  const consumer = {
    register() {
      if (table.isLeaving(id)) t.fail('it is on the list again')
      schedule.takeBack({ ...lent, verdict: 'up' }, 5)
      return Promise.resolve()
    },
    unregister() {},
    add: (ids: readonly ResourceId[]) => schedule.add(ids, 6),
    remove: (ids: readonly ResourceId[]) => ids.forEach((one) => schedule.remove(one)),
    update() {},
  }
  const to = { table, profiles, membership, consumer }
  await applyDiff({ ...nothing, removed: [id] }, 0, to)
  t.true(table.isLeaving(id))
  await applyDiff({ ...nothing, added: [{ url, overrides: null, labels: null }] }, 0, to)
  t.deepEqual(schedule.owners, { asleep: 1, due: 0, pollers: [0], leaving: 0 })
  schedule.wake(2_001)
  const again = unpackResources((schedule.lend(0) as { take(): ArrayBuffer }).take())
  t.deepEqual(
    again.map((one) => [one.url, one.verdict]),
    [[url, 'up']],
  )
})

test('URLs that have left are known to have left when all is applied', async (t) => {
  const { table, id, membership } = lentOne()
  let told = () => {}
  const consumer = {
    register: () => Promise.resolve(),
    unregister: () => new Promise<void>((resolve) => (told = resolve)),
    add() {},
    remove() {},
    update() {},
  }
  let isApplied = false
  const profiles = { acquire: () => 0, tryAcquire: () => 0, release() {} }
  const to = { table, profiles, membership, consumer }
  const applied = applyDiff({ ...nothing, removed: [id] }, 0, to).then(() => (isApplied = true))
  for (let turns = 0; turns < 5; turns++) await setImmediate()
  t.false(isApplied)
  told()
  await applied
  t.true(isApplied)
})
