import test from 'ava'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { Cadence } from '../../src/resource/cadence.ts'
import { Schedule } from '../../src/schedule/schedule.ts'

const FLAGS: Cadence = { intervalMs: 60_000, errorBackoffMs: 10_000, maxBackoffMs: 600_000 }
const OFTEN: Cadence = { intervalMs: 1_000, errorBackoffMs: 300, maxBackoffMs: 500 }

const cadenceOf = (profile: number) => (profile === 7 ? OFTEN : FLAGS)

/** A Schedule of URLs with these profiles, each URL on its own origin. */
function scheduleOf(profiles: readonly number[], concurrency = 512): [Schedule, ResourceTable] {
  const table = new ResourceTable()
  for (const [n, profile] of profiles.entries())
    table.setProfile(table.add(`http://o${n}.example/` as Url) as ResourceId, profile)
  const options = { ...FLAGS, pollers: 1, concurrency, hostConcurrency: 16, once: false }
  return [new Schedule(table, options, 0, cadenceOf), table]
}

function lendAll(schedule: Schedule): Resource[] {
  const lent: Resource[] = []
  for (let batch = schedule.lend(0); batch !== null; batch = schedule.lend(0))
    lent.push(...unpackResources(batch.take()))
  return lent
}

const [often, flags] = [0 as ResourceId, 1 as ResourceId]

test('each Resource has the interval and back-off of its profile, and carries its number', (t) => {
  const [schedule, table] = scheduleOf([7, 0])
  schedule.wake(1)
  const lent = lendAll(schedule)
  t.deepEqual(
    lent.map(({ id, profile }) => [id, profile]),
    [
      [often, 7],
      [flags, 0],
    ],
  )
  for (const resource of lent) schedule.takeBack({ ...resource, verdict: 'down', errCount: 5 }, 20)
  t.deepEqual([table.dueAt(often), table.dueAt(flags)], [1_500, 110_000])
})

test('skipped slots are counted by the interval of each Resource', (t) => {
  const [schedule, table] = scheduleOf([7, 0])
  schedule.wake(1)
  for (const resource of lendAll(schedule)) schedule.takeBack({ ...resource, verdict: 'up' }, 5_500)
  t.deepEqual([table.dueAt(often), table.dueAt(flags)], [6_000, 60_000])
  t.is(schedule.skipped, 5)
})

test('Resources of each interval are spread evenly over it, however the list mixes them', (t) => {
  // Every 34th: if all Resources were numbered together, the golden ratio would put these close to each other.
  const profiles = Array.from({ length: 34 * 50 }, (_, n) => (n % 34 === 0 ? 7 : 0))
  const [, table] = scheduleOf(profiles, 0)
  const times = (profile: number) =>
    [...table.ids()].filter((id) => table.profile(id) === profile).map((id) => table.dueAt(id))
  for (const [profile, { intervalMs }] of [
    [7, OFTEN],
    [0, FLAGS],
  ] as const) {
    const all = times(profile)
    for (let tenth = 0; tenth < 10; tenth++) {
      const from = (tenth * intervalMs) / 10
      const count = all.filter((at) => at > from && at <= from + intervalMs / 10).length
      t.true(
        count > all.length / 20 && count < all.length / 6,
        `${count} of profile ${profile} after ${from}`,
      )
    }
  }
})

test('a new profile applies to a Resource that is asleep and to one that a poller has', (t) => {
  const [schedule, table] = scheduleOf([0, 0])
  schedule.wake(1)
  const [first, second] = lendAll(schedule) as [Resource, Resource]
  schedule.takeBack({ ...first, verdict: 'up' }, 20)
  t.is(table.dueAt(first.id), 60_000)
  for (const { id } of [first, second]) {
    table.setProfile(id, 7)
    schedule.settingsChanged(id, 2_500)
  }
  t.is(table.dueAt(first.id), 3_000)
  schedule.takeBack({ ...second, verdict: 'up' }, 2_600)
  t.is(table.dueAt(second.id), 3_000)
  schedule.wake(3_000)
  t.deepEqual(
    lendAll(schedule).map(({ profile }) => profile),
    [7, 7],
  )
})

test('a Resource that is polled at once for its new settings is polled at its interval from then on', (t) => {
  for (const verdict of ['down', 'unknown'] as const) {
    const [schedule, table] = scheduleOf([0])
    schedule.wake(1)
    const [resource] = lendAll(schedule) as [Resource]
    schedule.takeBack({ ...resource, verdict, errCount: verdict === 'down' ? 3 : 0 }, 20)
    schedule.settingsChanged(resource.id, 2_500, true)
    t.is(table.dueAt(resource.id), 2_500)
    schedule.wake(2_501)
    const [again] = lendAll(schedule) as [Resource]
    schedule.takeBack({ ...again, verdict: 'up', errCount: 0 }, 2_600)
    t.is(table.dueAt(resource.id), 62_500)
    t.is(schedule.skipped, 0)
  }
})

test('a Resource that is still down after a poll at once keeps its back-off', (t) => {
  const [schedule, table] = scheduleOf([0])
  schedule.wake(1)
  const [resource] = lendAll(schedule) as [Resource]
  schedule.takeBack({ ...resource, verdict: 'down', errCount: 1 }, 20)
  schedule.settingsChanged(resource.id, 1_000, true)
  schedule.wake(1_001)
  const [again] = lendAll(schedule) as [Resource]
  schedule.takeBack({ ...again, verdict: 'down', errCount: 2 }, 1_100)
  t.is(table.dueAt(resource.id), 1_000 + 60_000 + 20_000)
})

for (const verdict of ['down', 'up'] as const)
  test(`a Resource that a poller has when its settings change is polled once more if it comes back down: ${verdict}`, (t) => {
    const [schedule, table] = scheduleOf([0])
    schedule.wake(1)
    const [resource] = lendAll(schedule) as [Resource]
    schedule.settingsChanged(resource.id, 2_500, true)
    schedule.takeBack({ ...resource, verdict, errCount: verdict === 'down' ? 1 : 0 }, 9_000)
    t.is(table.dueAt(resource.id), verdict === 'down' ? 9_000 : 60_000)
    if (verdict === 'up') return
    schedule.wake(9_001)
    const [again] = lendAll(schedule) as [Resource]
    schedule.takeBack({ ...again, verdict, errCount: 2 }, 9_100)
    t.is(table.dueAt(resource.id), 9_000 + 60_000 + 20_000)
  })

test('a Resource that its poller never gives back, or not for its URL, is not polled once more for new settings', (t) => {
  const [schedule, table] = scheduleOf([0, 0])
  schedule.wake(1)
  const [first, second] = lendAll(schedule) as [Resource, Resource]
  for (const { id } of [first, second]) schedule.settingsChanged(id, 2_500, true)
  schedule.remove(second.id)
  schedule.takeBack({ ...second, verdict: 'down', errCount: 1 }, 2_600)
  schedule.reclaim(0, 2_700, new Set())
  const id = table.add('http://new.example/' as Url)
  t.is(id, second.id)
  schedule.add([second.id], 2_800)
  schedule.wake(table.dueAt(second.id) + 1)
  const now = table.dueAt(second.id) + 2
  const lent = lendAll(schedule)
  t.deepEqual(new Set(lent.map((one) => one.id)), new Set([first.id, second.id]))
  for (const one of lent) schedule.takeBack({ ...one, verdict: 'down', errCount: 1 }, now)
  t.true(Math.min(table.dueAt(first.id), table.dueAt(second.id)) > now + 1_000)
})

test('a Resource whose settings change is not polled before the time that its server has asked for, but then', (t) => {
  for (const notBefore of [5_000, 90_000]) {
    const [schedule, table] = scheduleOf([0])
    schedule.wake(1)
    const [resource] = lendAll(schedule) as [Resource]
    schedule.takeBack({ ...resource, verdict: 'down', errCount: 1, notBefore }, 20)
    schedule.settingsChanged(resource.id, 2_500, true)
    // Polls of this interval begin up to 240 ms early.
    t.is(table.dueAt(resource.id), notBefore + 240)
  }
})

test('a thousand slightly different intervals do not start at the same moment', (t) => {
  const table = new ResourceTable()
  for (let n = 0; n < 1_000; n++) table.setProfile(table.add(`http://o${n}.example/` as Url) as ResourceId, n)
  const options = { ...FLAGS, pollers: 1, concurrency: 0, hostConcurrency: 16, once: false }
  const schedule = new Schedule(table, options, 0, (n) => ({ ...FLAGS, intervalMs: FLAGS.intervalMs + n }))
  for (let tenth = 1; tenth <= 10; tenth++) {
    const before = schedule.owners.due
    schedule.wake(tenth * 6_000)
    const woken = schedule.owners.due - before
    // The first twentieth is the ramp.
    t.true(woken > (tenth === 1 ? 70 : 80) && woken < 120, `${woken} in tenth ${tenth}`)
  }
})
