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

/** Changes the settings of so many URLs together. `isFull`: there is no room for new sets before the old ones go. Returns what the consumer was told, in order. */
async function changeSettings(count: number, isFull = false): Promise<string[]> {
  const table = new ResourceTable()
  const ids = Array.from({ length: count }, (_, n) => table.add(`http://${n}.example/` as Url) as ResourceId)
  const told: string[] = []
  const consumer = {
    register(all: readonly ResourceId[]) {
      told.push(`register ${all.length}`)
      return Promise.resolve()
    },
    unregister() {},
    add() {},
    remove() {},
    update: (_: readonly ResourceId[], all: readonly ResourceId[]) => void told.push(`update ${all.length}`),
    pollSoon: (all: readonly ResourceId[]) => void told.push(`poll soon ${all.length}`),
  }
  const profiles = { acquire: () => 1, tryAcquire: () => (isFull ? null : 1), release() {} }
  const changed = ids.map((id) => [id, { url: table.url(id), overrides: null, labels: null }] as const)
  await applyDiff({ ...nothing, changed }, 0, { table, profiles, membership: new Membership(), consumer })
  return told
}

test('URLs whose settings change are polled soon when the monitor knows, if they are few', async (t) => {
  t.deepEqual(await changeSettings(100), ['update 100', 'register 100', 'poll soon 100'])
  t.deepEqual(await changeSettings(100, true), ['update 100', 'register 100', 'poll soon 100'])
  for (const isFull of [false, true]) t.is((await changeSettings(101, isFull)).at(-1), 'poll soon 0')
  t.deepEqual(await changeSettings(1_050), [
    'update 1000',
    'register 1000',
    'update 50',
    'register 50',
    'poll soon 0',
  ])
})
