import test from 'ava'
import { unpackResources } from '../../src/resource/resource-batch.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { Schedule } from '../../src/schedule/schedule.ts'
import { seeded } from '../helpers/random.ts'

const defaults = {
  pollers: 1,
  concurrency: 200,
  hostConcurrency: 16,
  intervalMs: 1_000,
  errorBackoffMs: 500,
  maxBackoffMs: 2_000,
  once: false,
}

function tableOf(...urls: readonly string[]): ResourceTable {
  const table = new ResourceTable()
  for (const url of urls) table.add(url as Url)
  return table
}

function lendAll(schedule: Schedule, poller = 0): Resource[] {
  const lent: Resource[] = []
  for (let batch = schedule.lend(poller); batch !== null; batch = schedule.lend(poller))
    lent.push(...unpackResources(batch.take()))
  return lent
}

const idOf = (table: ResourceTable, url: string) => table.find(url as Url) as ResourceId

test('a Resource that leaves while asleep is removed at once; its row goes to another, of a later generation', (t) => {
  const table = tableOf('http://a.example/', 'http://b.example/', 'http://c.example/')
  const schedule = new Schedule(table, defaults, 0)
  schedule.wake(1)
  for (const resource of lendAll(schedule))
    schedule.takeBack({ ...resource, verdict: 'down', errCount: 1 }, 5)
  const id = idOf(table, 'http://b.example/')
  schedule.remove(id)
  t.deepEqual(schedule.owners, { asleep: 2, due: 0, pollers: [0], leaving: 0 })
  t.is(table.add('http://d.example/' as Url), id)
  schedule.add([id], 10)
  schedule.wake(11)
  t.like(lendAll(schedule)[0], {
    url: 'http://d.example/',
    id,
    generation: 1,
    errCount: 0,
    verdict: 'pending',
  })
  schedule.wake(1_501)
  t.deepEqual(
    lendAll(schedule)
      .map(({ url }) => url)
      .toSorted(),
    ['http://a.example/', 'http://c.example/'],
  )
})

test('a Resource that leaves while due is never lent', (t) => {
  const table = tableOf('http://a.example/', 'http://b.example/')
  const schedule = new Schedule(table, defaults, 0)
  schedule.wake(1)
  schedule.remove(idOf(table, 'http://a.example/'))
  t.deepEqual(schedule.owners, { asleep: 0, due: 2, pollers: [0], leaving: 1 })
  t.deepEqual(
    lendAll(schedule).map(({ url }) => url),
    ['http://b.example/'],
  )
  t.deepEqual(schedule.owners, { asleep: 0, due: 0, pollers: [1], leaving: 0 })
  t.is(table.size, 1)
})

test('a Resource that leaves while lent is removed when it comes back', (t) => {
  const table = tableOf('http://a.example/')
  const schedule = new Schedule(table, defaults, 0)
  schedule.wake(1)
  const [resource] = lendAll(schedule)
  schedule.remove(0 as ResourceId)
  t.deepEqual(schedule.owners, { asleep: 0, due: 0, pollers: [1], leaving: 1 })
  schedule.takeBack({ ...(resource as Resource), verdict: 'up' }, 5)
  t.deepEqual(schedule.owners, { asleep: 0, due: 0, pollers: [0], leaving: 0 })
  t.is(schedule.nextAt(), null)
  t.is(schedule.unfinished, 0)
  t.is(table.size, 0)
})

test('a Resource that leaves while lent, and is back on the list before it comes back, stays as it was', (t) => {
  const table = tableOf('http://a.example/')
  const schedule = new Schedule(table, defaults, 0)
  schedule.wake(1)
  const [resource] = lendAll(schedule)
  schedule.remove(0 as ResourceId)
  schedule.add([0 as ResourceId], 3)
  schedule.takeBack({ ...(resource as Resource), verdict: 'down', errCount: 7 }, 5)
  t.deepEqual(schedule.owners, { asleep: 1, due: 0, pollers: [0], leaving: 0 })
  t.is(table.errCount(0 as ResourceId), 7)
  t.is(table.generation(0 as ResourceId), 0)
})

test('a Resource that has left is not due again when its poller dies', (t) => {
  const table = tableOf('http://a.example/', 'http://b.example/')
  const schedule = new Schedule(table, defaults, 0)
  schedule.wake(1)
  t.is(lendAll(schedule).length, 2)
  schedule.remove(idOf(table, 'http://a.example/'))
  schedule.reclaim(0, 2, new Set())
  t.deepEqual(schedule.owners, { asleep: 0, due: 1, pollers: [0], leaving: 0 })
})

test('a Resource that leaves while it waits for its origin gives its turn to the next', (t) => {
  const urls = Array.from({ length: 12 }, (_, n) => `http://a.example/${n}`)
  const table = tableOf(...urls)
  const schedule = new Schedule(table, { ...defaults, hostConcurrency: 1, once: true }, 0)
  schedule.wake(1)
  const lent = lendAll(schedule)
  for (const url of urls.slice(lent.length, 2 * lent.length)) schedule.remove(idOf(table, url))
  for (const resource of lent) schedule.takeBack({ ...resource, verdict: 'up' }, 2)
  t.deepEqual(
    lendAll(schedule).map(({ url }) => url),
    urls.slice(2 * lent.length, 3 * lent.length),
  )
})

test('new Resources are spread over their interval, and a few are polled at once', (t) => {
  const table = tableOf()
  const schedule = new Schedule(table, { ...defaults, hostConcurrency: 4 }, 0)
  const ids = Array.from({ length: 1_000 }, (_, n) => table.add(`http://o${n}.example/` as Url) as ResourceId)
  schedule.add(ids, 100)
  const dueAt = ids.map((id) => table.dueAt(id))
  t.is(dueAt.filter((due) => due === 100).length, 4)
  for (let part = 0; part < 10; part++) {
    const from = 100 + part * 100
    const count = dueAt.filter((due) => due > from && due <= from + 100).length
    t.true(count > 80 && count < 120, `${count} between ${from} and ${from + 100}`)
  }
})

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`while a list keeps changing, no Resource is lost, polled twice or polled after it left (seed ${seed})`, (t) => {
    const random = seeded(seed)
    const pollers = 1 + random.below(3)
    const options = {
      ...defaults,
      pollers,
      concurrency: 1 + random.below(20),
      hostConcurrency: 1 + random.below(4),
    }
    const table = new ResourceTable()
    let now = 1_000
    const listed = new Set<string>()
    const url = () => `http://o${random.below(20)}.example/${random.below(15)}`
    for (let n = 0; n < 100; n++) {
      const one = url()
      listed.add(one)
      table.add(one as Url)
    }
    const schedule = new Schedule(table, options, now)
    const held: Resource[][] = Array.from({ length: pollers }, () => [])
    let most = 0

    const join = () => {
      const joining = new Set(Array.from({ length: random.below(30) }, url).filter((one) => !listed.has(one)))
      const ids = [...joining].map((one) => {
        listed.add(one)
        return (table.add(one as Url) ?? table.find(one as Url)) as ResourceId
      })
      schedule.add(ids, now)
    }
    const leave = () => {
      for (const one of [...listed]) {
        if (random.below(10) > 0) continue
        listed.delete(one)
        schedule.remove(idOf(table, one))
      }
    }
    const settle = (poller: number) => {
      const mine = held[poller] ?? []
      const [resource] = mine.splice(random.below(mine.length), 1)
      if (resource === undefined) return
      const verdict = (['up', 'down', 'unknown'] as const)[random.below(3)] ?? 'up'
      schedule.takeBack({ ...resource, verdict, errCount: verdict === 'down' ? 1 : 0 }, now)
    }
    const lend = (poller: number) => {
      for (const resource of lendAll(schedule, poller)) {
        const holders = held.flat().filter((other) => other.url === resource.url || other.id === resource.id)
        t.deepEqual(holders, [], 'in one place')
        t.true(listed.has(resource.url), 'on the list')
        t.is(table.find(resource.url), resource.id)
        held[poller]?.push(resource)
      }
    }

    for (let step = 0; step < 3_000; step++) {
      const poller = random.below(pollers)
      const action = random.below(100)
      if (action < 30) now += random.below(action === 0 ? 3_000 : 30)
      if (action < 45) schedule.wake(now)
      else if (action < 65) lend(poller)
      else if (action < 90) for (let n = random.below(10); n > 0; n--) settle(poller)
      else if (action < 93) join()
      else if (action < 96) leave()
      else if (action < 98) {
        for (const one of [...listed].slice(0, 5))
          schedule.settingsChanged(idOf(table, one), now, random.below(2) === 0)
      } else {
        schedule.reclaim(poller, now, new Set())
        held[poller] = []
      }
      const { asleep, due, pollers: at, leaving } = schedule.owners
      t.is(asleep + due + at.reduce((sum, count) => sum + count, 0), table.size, `step ${step}`)
      t.is(table.size - leaving, listed.size, `step ${step}`)
      t.deepEqual(
        at,
        held.map((mine) => mine.length),
      )
      most = Math.max(most, table.limit)
    }
    // Rows are used again: there are never more than the most Resources at one time.
    t.true(most <= 300, `${most} rows`)

    // No Resource is stuck: when pollers answer, each gets polled within the longest sleep.
    const end = now + 10_000
    const seen = new Set<string>()
    for (; now < end; now += 50) {
      schedule.wake(now)
      for (let poller = 0; poller < pollers; poller++) {
        lend(poller)
        for (const { url: one } of held[poller] ?? []) seen.add(one)
        while ((held[poller] ?? []).length > 0) settle(poller)
      }
    }
    const setAside = [...listed].filter((one) => !seen.has(one))
    t.true(
      setAside.every((one) => table.dueAt(idOf(table, one)) > end),
      setAside.join(' '),
    )
  })
}
