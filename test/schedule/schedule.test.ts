import test from 'ava'
import type { ExecutionContext } from 'ava'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { effectiveIntervalMs } from '../../src/resource/cadence.ts'
import { nextDue, SET_ASIDE_MS } from '../../src/schedule/next-due.ts'
import { Schedule } from '../../src/schedule/schedule.ts'
import type { ScheduleOptions } from '../../src/schedule/schedule.ts'
import { seeded } from '../helpers/random.ts'

const defaults: ScheduleOptions = {
  intervalMs: 1_000,
  errorBackoffMs: 500,
  maxBackoffMs: 2_000,
  pollers: 1,
  concurrency: 512,
  hostConcurrency: 16,
  once: false,
}

/** `perOrigin[k]` URLs of origin k, the URLs of an origin one after another. */
function tableOf(...perOrigin: number[]): ResourceTable {
  const table = new ResourceTable()
  for (const [origin, urls] of perOrigin.entries()) {
    for (let url = 0; url < urls; url++) table.add(`http://o${origin}.example/${url}` as Url)
  }
  return table
}

function lendAll(schedule: Schedule, poller: number): Resource[] {
  const lent: Resource[] = []
  for (let batch = schedule.lend(poller); batch !== null; batch = schedule.lend(poller)) {
    lent.push(...unpackResources(batch.take()))
  }
  return lent
}

const idsOf = (resources: readonly Resource[]) => new Set(resources.map(({ id }) => id))
const NONE: ReadonlySet<ResourceId> = new Set()

function addsUp(t: ExecutionContext, schedule: Schedule, size: number): void {
  const { asleep, due, pollers } = schedule.owners
  const total = pollers.reduce((sum, at) => sum + at, asleep + due)
  if (total !== size || Math.min(asleep, due, ...pollers) < 0) t.fail(JSON.stringify(schedule.owners))
}

test('a schedule without Resources', (t) => {
  const schedule = new Schedule(new ResourceTable(), defaults, 0)
  schedule.wake(10)
  t.is(schedule.lend(0), null)
  t.is(schedule.nextAt(), null)
  t.deepEqual(schedule.owners, { asleep: 0, due: 0, pollers: [0], leaving: 0 })
})

test('a Resource is asleep, due, lent, then asleep until its next slot', (t) => {
  const schedule = new Schedule(tableOf(1), defaults, 100)
  t.deepEqual(schedule.owners, { asleep: 1, due: 0, pollers: [0], leaving: 0 })
  t.is(schedule.lend(0), null)
  schedule.wake(101)
  t.deepEqual(schedule.owners, { asleep: 0, due: 1, pollers: [0], leaving: 0 })
  t.is(schedule.nextAt(), null)
  const [resource] = lendAll(schedule, 0)
  t.like(resource, { url: 'http://o0.example/0', dueAt: 100, errCount: 0, verdict: 'pending' })
  t.deepEqual(schedule.owners, { asleep: 0, due: 0, pollers: [1], leaving: 0 })
  t.is(schedule.unfinished, 1)
  if (resource === undefined) return
  schedule.takeBack({ ...resource, verdict: 'down', errCount: 1, headRefusedUntil: 77 }, 140)
  t.deepEqual(schedule.owners, { asleep: 1, due: 0, pollers: [0], leaving: 0 })
  t.is(schedule.unfinished, 0)
  t.is(schedule.nextAt(), 1_600)
  schedule.wake(1_599)
  t.is(schedule.owners.due, 0)
  schedule.wake(1_600)
  t.like(lendAll(schedule, 0)[0], { dueAt: 1_600, errCount: 1, verdict: 'down', headRefusedUntil: 77 })
})

test('a Resource that no poller has can not be settled', (t) => {
  const schedule = new Schedule(tableOf(1), defaults, 100)
  schedule.wake(101)
  const [resource] = lendAll(schedule, 0)
  if (resource === undefined) return t.fail()
  resource.verdict = 'up'
  schedule.takeBack(resource, 110)
  t.throws(() => schedule.takeBack(resource, 111), { message: /not lent/ })
  schedule.wake(1_100)
  t.throws(() => schedule.takeBack(resource, 1_101), { message: /not lent/ })
  t.deepEqual(schedule.owners, { asleep: 0, due: 1, pollers: [0], leaving: 0 })
})

test('at the start, as many as there is room for are due at once, in the order of the list, the rest within the interval', (t) => {
  const options = { ...defaults, pollers: 2, concurrency: 5, hostConcurrency: 3 }
  // Origins 0 and 2 go to poller 0, 1 and 3 to poller 1.
  const table = tableOf(10, 1, 10, 100)
  const schedule = new Schedule(table, options, 0)
  schedule.wake(1)
  const urls = (poller: number) => lendAll(schedule, poller).map(({ url }) => url.slice('http://'.length))
  t.deepEqual(urls(0), ['o0.example/0', 'o0.example/1', 'o0.example/2', 'o2.example/0', 'o2.example/1'])
  t.deepEqual(urls(1), ['o1.example/0', 'o3.example/0', 'o3.example/1', 'o3.example/2'])
  t.is(schedule.owners.asleep, 121 - 9)
  for (let tenth = 1; tenth <= 10; tenth++) {
    const before = schedule.owners.asleep
    schedule.wake(tenth * 100)
    const woken = before - schedule.owners.asleep
    // The first twentieth is the ramp.
    t.true(woken >= (tenth === 1 ? 7 : 10) && woken <= 13, `${woken} in tenth ${tenth}`)
  }
  t.is(schedule.owners.asleep, 0)
})

test('once: all are due at once, and each is polled once, whatever the result', (t) => {
  const size = 1_000
  const schedule = new Schedule(
    tableOf(600, 300, 100),
    { ...defaults, once: true, pollers: 2, concurrency: 10 },
    0,
  )
  schedule.wake(1)
  t.is(schedule.owners.due, size)
  t.is(schedule.nextAt(), null)
  const polled = new Set<string>()
  for (let now = 1; schedule.unfinished > 0 && now < 10_000; now++) {
    for (const poller of [0, 1]) {
      for (const resource of lendAll(schedule, poller)) {
        t.false(polled.has(resource.url))
        polled.add(resource.url)
        resource.verdict = (['up', 'down', 'unknown'] as const)[now % 3] ?? 'up'
        schedule.takeBack(resource, now)
      }
    }
    schedule.wake(now)
    addsUp(t, schedule, size)
  }
  t.is(polled.size, size)
  schedule.wake(1e9)
  t.deepEqual(schedule.owners, { asleep: size, due: 0, pollers: [0, 0], leaving: 0 })
})

test('a Resource that a stopping poller returns unpolled is asleep and counts as unpolled', (t) => {
  const schedule = new Schedule(tableOf(2), defaults, 0)
  schedule.wake(1)
  for (const resource of lendAll(schedule, 0)) schedule.takeBack(resource, 5)
  t.deepEqual(schedule.owners, { asleep: 2, due: 0, pollers: [0], leaving: 0 })
  t.is(schedule.unfinished, 2)
  t.is(schedule.skipped, 0)
})

test('a poller gets no more than its maximum, and more as Resources come back', (t) => {
  const schedule = new Schedule(
    tableOf(...Array.from({ length: 1_000 }, () => 1)),
    { ...defaults, concurrency: 100, once: true },
    0,
  )
  schedule.wake(1)
  t.deepEqual([schedule.lend(0)?.size, schedule.lend(0)?.size, schedule.lend(0)], [256, 144, null])
  t.deepEqual(schedule.owners, { asleep: 0, due: 600, pollers: [400], leaving: 0 })
  t.is(schedule.reclaim(0, 2, NONE).count, 400)
  t.is(lendAll(schedule, 0).length, 400)
})

test('an origin gets no more than its maximum, and does not hold up the others', (t) => {
  const schedule = new Schedule(tableOf(100, 5), { ...defaults, hostConcurrency: 2, once: true }, 0)
  schedule.wake(1)
  const first = lendAll(schedule, 0)
  t.is(first.filter(({ url }) => url.startsWith('http://o0.')).length, 8)
  t.is(first.filter(({ url }) => url.startsWith('http://o1.')).length, 5)
  t.deepEqual(lendAll(schedule, 0), [])
  for (const resource of first.slice(0, 3)) schedule.takeBack({ ...resource, verdict: 'up' }, 2)
  t.deepEqual(
    lendAll(schedule, 0)
      .map(({ url }) => url)
      .toSorted(),
    ['http://o0.example/10', 'http://o0.example/8', 'http://o0.example/9'],
  )
})

test('skipped slots of all Resources are counted and not made up', (t) => {
  const schedule = new Schedule(tableOf(2), defaults, 0)
  schedule.wake(1)
  const [a, b] = lendAll(schedule, 0)
  if (a === undefined || b === undefined) return t.fail()
  schedule.takeBack({ ...a, verdict: 'up' }, 3_500)
  schedule.takeBack({ ...b, verdict: 'up' }, 900)
  t.is(schedule.skipped, 3)
  schedule.wake(3_999)
  t.deepEqual(
    lendAll(schedule, 0).map(({ dueAt }) => dueAt),
    [1_000],
  )
  schedule.wake(4_000)
  t.deepEqual(
    lendAll(schedule, 0).map(({ dueAt }) => dueAt),
    [4_000],
  )
})

test('the Resources of a dead poller are due again, as they were when lent', (t) => {
  const schedule = new Schedule(tableOf(3, 3), { ...defaults, pollers: 2 }, 0)
  schedule.wake(1)
  const lost = lendAll(schedule, 0)
  const kept = lendAll(schedule, 1)
  t.deepEqual(schedule.reclaim(0, 2, NONE), { count: 3, setAside: [] })
  t.is(schedule.reclaim(0, 2, NONE).count, 0)
  t.deepEqual(schedule.owners, { asleep: 0, due: 3, pollers: [0, 3], leaving: 0 })
  t.deepEqual(lendAll(schedule, 0), lost)
  for (const resource of kept) schedule.takeBack({ ...resource, verdict: 'up' }, 10)
  t.deepEqual(schedule.owners, { asleep: 3, due: 0, pollers: [3, 0], leaving: 0 })
})

test('while a poller is closed its Resources go to the others; later it gets them again', (t) => {
  const schedule = new Schedule(tableOf(2, 2, 2, 2), { ...defaults, pollers: 2 }, 0)
  schedule.wake(1)
  schedule.close(0)
  t.is(schedule.lend(0), null)
  const lent = lendAll(schedule, 1)
  t.is(lent.length, 8)
  for (const resource of lent) schedule.takeBack({ ...resource, verdict: 'up' }, 5)
  schedule.open(0)
  schedule.wake(1_001)
  t.deepEqual(
    [0, 1].map((poller) =>
      lendAll(schedule, poller)
        .map(({ url }) => new URL(url).host.slice(0, 2))
        .toSorted(),
    ),
    [
      ['o0', 'o0', 'o2', 'o2'],
      ['o1', 'o1', 'o3', 'o3'],
    ],
  )
})

test('while no poller is open, due Resources wait for the first one to open', (t) => {
  const schedule = new Schedule(tableOf(2, 2), { ...defaults, pollers: 2 }, 0)
  schedule.wake(1)
  t.is(lendAll(schedule, 0).length, 2)
  schedule.close(0)
  schedule.close(1)
  t.is(schedule.reclaim(0, 2, NONE).count, 2)
  t.deepEqual([schedule.lend(0), schedule.lend(1)], [null, null])
  schedule.open(1)
  t.is(lendAll(schedule, 1).length, 4)
})

/** Lends to poller 0, which dies when it has a killer; otherwise all come back. Returns the Resources set aside and the number of deaths. */
function until(schedule: Schedule, killers: readonly string[], most: number) {
  const setAside: number[] = []
  const polled = new Set<string>()
  let deaths = 0
  for (let now = 2; now < 2 + most; now++) {
    const lent = lendAll(schedule, 0)
    if (lent.some(({ url }) => killers.includes(url))) {
      deaths++
      setAside.push(...schedule.reclaim(0, now, idsOf(lent)).setAside)
      continue
    }
    for (const resource of lent) {
      polled.add(resource.url)
      schedule.takeBack({ ...resource, verdict: 'up' }, now)
    }
  }
  return { setAside, deaths, polled }
}

test('a Resource that kills its poller each time is set aside, and no other', (t) => {
  const schedule = new Schedule(tableOf(...Array.from({ length: 300 }, () => 1)), defaults, 0)
  schedule.wake(1)
  const { setAside, deaths, polled } = until(schedule, ['http://o123.example/0'], 900)
  t.deepEqual(setAside, [123])
  t.is(deaths, 6)
  t.is(polled.size, 299)
  addsUp(t, schedule, 300)
  t.is(schedule.owners.asleep, 300)
  // After an hour it is polled again, alone. Then one death is enough.
  schedule.wake(SET_ASIDE_MS)
  lendAll(schedule, 0)
  const late = SET_ASIDE_MS + 2_000
  schedule.wake(late)
  const again = until(schedule, ['http://o123.example/0'], 900)
  t.deepEqual([again.setAside, again.deaths], [[123], 1])
})

test('a Resource that is set aside is polled no earlier when its line in the list changes', (t) => {
  const table = tableOf(1)
  const schedule = new Schedule(table, defaults, 0)
  schedule.wake(1)
  t.deepEqual(until(schedule, ['http://o0.example/0'], 10).setAside, [0])
  const dueAt = table.dueAt(0 as ResourceId)
  for (const soon of [false, true]) schedule.settingsChanged(0 as ResourceId, 100, soon)
  t.is(table.dueAt(0 as ResourceId), dueAt)
  schedule.wake(SET_ASIDE_MS - 1)
  t.deepEqual(lendAll(schedule, 0), [])
})

for (const soon of [false, true])
  test(`new settings: that HEAD and GET were refused is forgotten${soon ? ', and it is polled at once' : ''}`, (t) => {
    const table = tableOf(1)
    const id = 0 as ResourceId
    const schedule = new Schedule(table, { ...defaults, errorBackoffMs: 0 }, 0)
    const refused = { verdict: 'down', refusedStatus: 403, headRefusedUntil: 9 } as const
    const forgotten = { verdict: 'down', refusedStatus: 0, headRefusedUntil: 0 }
    schedule.wake(1)
    const [first] = lendAll(schedule, 0)
    // Lent when they change.
    schedule.settingsChanged(id, 2, soon)
    schedule.takeBack({ ...(first as Resource), ...refused }, 3)
    t.like(table.read(id), forgotten)
    t.is(table.dueAt(id) < 1_000, soon)
    schedule.wake(1_001)
    const [second] = lendAll(schedule, 0)
    schedule.takeBack({ ...(second as Resource), ...refused }, 1_002)
    t.like(table.read(id), refused)
    // Asleep.
    schedule.settingsChanged(id, 1_003, soon)
    t.like(table.read(id), forgotten)
    t.is(table.dueAt(id) < 2_000, soon)
    // Due.
    table.write({ ...table.read(id), ...refused })
    schedule.wake(2_500)
    schedule.settingsChanged(id, 2_501, soon)
    t.like(lendAll(schedule, 0), [forgotten])
    // Lent to a poller that dies.
    table.write({ ...table.read(id), ...refused })
    schedule.settingsChanged(id, 2_502, soon)
    schedule.reclaim(0, 2_503, NONE)
    t.like(lendAll(schedule, 0), [forgotten])
  })

test('new settings: where only HEAD was refused, GET goes on being used', (t) => {
  const table = tableOf(1)
  const id = 0 as ResourceId
  const schedule = new Schedule(table, defaults, 0)
  table.write({ ...table.read(id), verdict: 'up', headRefusedUntil: 9 })
  schedule.settingsChanged(id, 1, false)
  t.is(table.read(id).headRefusedUntil, 9)
})

test('several Resources that kill are all found', (t) => {
  const schedule = new Schedule(tableOf(...Array.from({ length: 300 }, () => 1)), defaults, 0)
  schedule.wake(1)
  const killers = Array.from({ length: 20 }, (_, n) => n * 15)
  const urls = killers.map((n) => `http://o${n}.example/0`)
  const { setAside, polled } = until(schedule, urls, 2_000)
  t.deepEqual(
    setAside.toSorted((a, b) => a - b),
    killers,
  )
  t.is(polled.size, 280)
})

test('deaths that have nothing to do with polls set no Resource aside', (t) => {
  const schedule = new Schedule(
    tableOf(...Array.from({ length: 100 }, () => 1)),
    { ...defaults, intervalMs: 10 },
    0,
  )
  for (let now = 1; now < 1_000; now++) {
    schedule.wake(now)
    const lent = lendAll(schedule, 0)
    if (now % 2 !== 0) t.deepEqual(schedule.reclaim(0, now, idsOf(lent)).setAside, [])
    else for (const resource of lent) schedule.takeBack({ ...resource, verdict: 'up' }, now)
  }
  t.is(schedule.unfinished, 0)
})

test('a suspect that was lent but not in flight at the death is not set aside', (t) => {
  const schedule = new Schedule(tableOf(...Array.from({ length: 100 }, () => 1)), defaults, 0)
  schedule.wake(1)
  for (let now = 2; now < 200; now++) {
    lendAll(schedule, 0)
    t.deepEqual(schedule.reclaim(0, now, NONE).setAside, [])
  }
})

test('of the suspects that a poller had, only the one in flight gets a strike', (t) => {
  const schedule = new Schedule(tableOf(...Array.from({ length: 60 }, () => 1)), defaults, 0)
  schedule.wake(1)
  const setAside: number[] = []
  for (let deaths = 0; deaths < 6;) {
    const lent = lendAll(schedule, 0)
    const begun = lent.filter(({ id }) => id === 57)
    if (begun.length > 0) {
      deaths++
      setAside.push(...schedule.reclaim(0, 2, idsOf(begun)).setAside)
    } else {
      t.is(lent.length, 59, 'all others together: none is struck again')
      for (const resource of lent) schedule.takeBack({ ...resource, verdict: 'up' }, 2)
    }
  }
  t.deepEqual(setAside, [57])
})

test('a poller has to report the start of polls of suspects only', (t) => {
  const schedule = new Schedule(tableOf(1, 1, 1), defaults, 0)
  schedule.wake(1)
  for (let deaths = 0; deaths < 2; deaths++) {
    const [first] = [schedule.lend(0)]
    t.deepEqual([first?.size, first?.suspects], [3, []])
    schedule.reclaim(0, 2, NONE)
  }
  const suspects = schedule.lend(0)
  t.deepEqual([suspects?.size, suspects?.suspects], [3, [0, 1, 2]])
  for (const resource of unpackResources(suspects?.take() ?? new ArrayBuffer(0)))
    schedule.takeBack({ ...resource, verdict: 'up' }, 10)
  schedule.wake(1_010)
  t.deepEqual(schedule.lend(0)?.suspects, [])
})

test('pollers that keep dying for another reason: no URL in flight by chance is set aside', (t) => {
  const random = seeded(3)
  const schedule = new Schedule(
    tableOf(...Array.from({ length: 100 }, () => 1)),
    { ...defaults, pollers: 4 },
    0,
  )
  for (let now = 1; now < 20_000; now += 10) {
    schedule.wake(now)
    const all = [0, 1, 2, 3].map((poller) => lendAll(schedule, poller))
    for (const [poller, lent] of all.entries()) {
      // One in three of its Resources is in flight when it dies.
      const begun = new Set(lent.filter(() => random.below(3) === 0).map(({ id }) => id))
      t.deepEqual(schedule.reclaim(poller, now, begun).setAside, [])
    }
  }
})

test('a Resource that kills is still found after deaths for another reason', (t) => {
  const schedule = new Schedule(tableOf(...Array.from({ length: 50 }, () => 1)), defaults, 0)
  schedule.wake(1)
  for (let now = 2; now < 12; now++) {
    const lent = lendAll(schedule, 0)
    t.deepEqual(schedule.reclaim(0, now, now % 3 === 0 ? NONE : idsOf(lent)).setAside, [])
  }
  t.deepEqual(until(schedule, ['http://o7.example/0'], 200).setAside, [7])
})

test('once: the run does not wait for a Resource that is set aside', (t) => {
  const schedule = new Schedule(tableOf(1, 1), { ...defaults, once: true }, 0)
  schedule.wake(1)
  t.deepEqual(until(schedule, ['http://o1.example/0'], 20).setAside, [1])
  t.is(schedule.unfinished, 0)
})

for (const [seed, deaths] of [11, 12, 13, 14, 15, 16].map((n) => [n, n % 2 === 0 ? 1 : 5] as const)) {
  test(`a random run against a plain model: every Resource in one place at every step (seed ${seed})`, (t) => {
    const random = seeded(seed)
    const pollers = 1 + random.below(4)
    const concurrency = 1 + random.below(20)
    const hostConcurrency = 1 + random.below(6)
    const options = { ...defaults, pollers, concurrency, hostConcurrency }
    const table = tableOf(...Array.from({ length: 12 }, () => 1 + random.below(30)))
    const size = table.size
    const urls = new Map<string, number>()
    for (const id of table.ids()) urls.set(table.url(id), id)
    let now = random.below(100_000)
    const schedule = new Schedule(table, options, now)

    // The model: where each Resource is, when it is due, and which poller each origin goes to.
    const place: ('asleep' | 'due' | number)[] = Array.from({ length: size }, () => 'asleep')
    const dueAt = [...table.ids()].map((id) => table.dueAt(id))
    const slotAt = [...dueAt]
    const wakesAt = dueAt.map(Math.ceil)
    const held: Resource[][] = Array.from({ length: pollers }, () => [])
    const pollerOf = new Map<string, number>()
    const closed = new Set<number>()
    let moved = false
    let setAside = 0
    const latest = [...table.ids()].map((id) => table.read(id))
    let skipped = 0
    let polls = 0
    const originOf = (url: string) => new URL(url).host

    const wake = () => {
      schedule.wake(now)
      for (let id = 0; id < size; id++) {
        if (place[id] === 'asleep' && (wakesAt[id] ?? 0) <= now) place[id] = 'due'
      }
    }
    const lend = (poller: number) => {
      for (const resource of unpackResources(schedule.lend(poller)?.take() ?? new ArrayBuffer(0))) {
        const { id } = resource
        t.is(place[id], 'due')
        t.is(urls.get(resource.url), id)
        t.deepEqual(resource, { ...latest[id], dueAt: dueAt[id] } as Resource)
        t.true(resource.dueAt <= now)
        t.false(closed.has(poller))
        if (!moved) t.is(pollerOf.get(originOf(resource.url)) ?? poller, poller)
        pollerOf.set(originOf(resource.url), poller)
        place[id] = poller
        held[poller]?.push(resource)
      }
      const mine = held[poller] ?? []
      t.true(mine.length <= concurrency * 4)
      const perOrigin = Object.values(Object.groupBy(held.flat(), ({ url }) => originOf(url)))
      t.true(Math.max(0, ...perOrigin.map((list) => list?.length ?? 0)) <= hostConcurrency * 4)
    }
    const settle = (poller: number) => {
      const mine = held[poller] ?? []
      const [resource] = mine.splice(random.below(mine.length), 1)
      if (resource === undefined) return
      resource.verdict = (['up', 'up', 'down', 'unknown'] as const)[random.below(4)] ?? 'up'
      resource.errCount =
        resource.verdict === 'down'
          ? resource.errCount + 1
          : resource.verdict === 'up'
            ? 0
            : resource.errCount
      resource.notBefore = random.below(20) === 0 ? now + random.below(10_000) : 0
      const next = nextDue(options, slotAt[resource.id] as number, resource, now)
      slotAt[resource.id] = next.slotAt
      schedule.takeBack({ ...resource }, now)
      skipped += next.skipped
      polls++
      place[resource.id] = 'asleep'
      dueAt[resource.id] = next.dueAt
      wakesAt[resource.id] = Math.ceil(next.dueAt)
      latest[resource.id] = resource
    }
    const lose = (poller: number) => {
      const mine = held[poller]?.splice(0) ?? []
      if (mine.length === 0) return
      if (random.below(2) === 0) {
        schedule.close(poller)
        closed.add(poller)
        moved = true
      }
      const reclaimed = schedule.reclaim(poller, now, idsOf(mine))
      t.is(reclaimed.count, mine.length)
      // As they were when lent: what the poller has found is lost with it.
      for (const { id } of mine) place[id] = 'due'
      for (const id of reclaimed.setAside) {
        setAside++
        place[id] = 'asleep'
        const due = table.dueAt(id)
        t.true(due >= now + SET_ASIDE_MS)
        latest[id] = { ...table.read(id), verdict: 'unknown' }
        const step = effectiveIntervalMs(options, latest[id].errCount)
        skipped += Math.round((due - (slotAt[id] as number)) / step)
        slotAt[id] = due
        dueAt[id] = due
        wakesAt[id] = Math.ceil(due)
      }
    }
    const reopen = () => {
      for (const poller of closed) schedule.open(poller)
      closed.clear()
    }

    for (let step = 0; step < 4_000; step++) {
      const poller = random.below(pollers)
      const action = random.below(100)
      if (action < 25) now += random.below(action === 0 ? 5_000 : 40)
      if (action < 40) wake()
      else if (action < 65) lend(poller)
      else if (action < 94) for (let n = random.below(8); n > 0; n--) settle(poller)
      else if (action < 94 + deaths) lose(poller)
      else reopen()

      const count = (where: string | number) => place.filter((at) => at === where).length
      const expected = {
        asleep: count('asleep'),
        due: count('due'),
        pollers: held.map((mine) => mine.length),
        leaving: 0,
      }
      t.deepEqual(schedule.owners, expected, `step ${step}`)
      addsUp(t, schedule, size)
      t.is(schedule.skipped, skipped)
      const next = schedule.nextAt()
      const first = Math.min(...wakesAt.filter((_, id) => place[id] === 'asleep'))
      t.true(expected.asleep === 0 ? next === null : next !== null && next <= first)
    }
    t.true(polls > 300)
    t.log(`${setAside} set aside`)

    // No Resource is stuck: when pollers answer, each gets polled.
    reopen()
    wake()
    for (let round = 0; round < size; round++) {
      for (let poller = 0; poller < pollers; poller++) {
        while ((held[poller] ?? []).length > 0) settle(poller)
        lend(poller)
      }
    }
    t.deepEqual(schedule.owners, { asleep: size, due: 0, pollers: held.map(() => 0), leaving: 0 })
  })
}
