import test from 'ava'
import { VERDICTS } from '../../src/resource/resource.ts'
import { findUrls, joinParts, placeBefore } from '../../src/api/find-urls.ts'
import { SORTS } from '../../src/api/url-query.ts'
import type { FoundUrls, Place, Sort, UrlFilter } from '../../src/api/url-query.ts'
import { TestMonitor } from '../helpers/api-server.ts'
import { seeded } from '../helpers/random.ts'
import { down, unknown, up } from '../helpers/state.ts'

const ALL: UrlFilter = { urls: null, text: '', verdicts: [], labels: [] }

/** Searches in parts of 512 ids. */
function search(
  { map, recorder }: TestMonitor,
  { filter = ALL, sort = 'list' as Sort, limit = 10_000, after = null as Place | null } = {},
) {
  let found: FoundUrls = { places: [], matches: 0, next: 0 }
  while (found.next !== null) {
    const part = { filter, sort, limit, after, before: placeBefore(found, limit), from: found.next }
    found = joinParts(
      found,
      findUrls(map, recorder.latest, part, () => true),
      limit,
    )
  }
  const { places, matches } = found
  return { places, matches, urls: places.map(({ id }) => map.url(id as never)) }
}

/** URLs in all states, with gaps. */
function manyUrls() {
  const { next: random } = seeded(7)
  const monitor = new TestMonitor()
  for (let id = 0; id < 2_500; id++) {
    monitor.add(id, `https://${id}.example/`)
    const some = { at: Math.floor(random() * 1e12), durationMs: Math.floor(random() * 50) }
    const tls = random() < 0.5 ? null : { protocol: 'TLSv1.3', expiresAt: Math.floor(random() * 1e12) }
    const kind = random()
    if (kind < 0.2) monitor.take(down(id, some))
    else if (kind < 0.3) monitor.take(unknown(id, some))
    else if (kind < 0.9) monitor.take(up(id, { ...some, tls }))
    if (random() < 0.1) monitor.remove(id)
  }
  return monitor
}

for (const sort of Object.keys(SORTS) as Sort[])
  test(`pages of ${sort} have every URL once, in the order of one page`, (t) => {
    const monitor = manyUrls()
    const whole = search(monitor, { sort })
    t.is(whole.matches, monitor.map.size)
    t.is(new Set(whole.urls).size, monitor.map.size)
    const paged: string[] = []
    let after: Place | null = null
    for (;;) {
      const { places, urls } = search(monitor, { sort, limit: 70, after })
      paged.push(...urls)
      after = places.at(-1) ?? null
      if (after === null) break
    }
    t.deepEqual(paged, whole.urls)
  })

test('what comes first in each order', (t) => {
  const monitor = new TestMonitor()
  const tls = (expiresAt: number) => ({ tls: { protocol: 'TLSv1.3', expiresAt } })
  for (let id = 0; id < 5; id++) monitor.add(id, `${id}`)
  monitor.take(
    up(0, { at: 5_000, durationMs: 10, ...tls(9e12) }),
    down(1, { at: 1_000, durationMs: 30 }),
    down(2, { at: 2_000, durationMs: 20 }),
    unknown(3, { at: 3_000, durationMs: 0 }),
  )
  monitor.take(up(0, { at: 6_000, durationMs: 10, ...tls(8e12) }))
  t.deepEqual(search(monitor, { sort: 'worst' }).urls, ['2', '1', '3', '4', '0'])
  t.deepEqual(search(monitor, { sort: 'changed' }).urls, ['0', '3', '2', '1', '4'])
  t.deepEqual(search(monitor, { sort: 'slowest' }).urls, ['1', '2', '0', '3', '4'])
  t.is(search(monitor, { sort: 'certificate' }).urls[0], '0')
  t.deepEqual(search(monitor, { sort: 'list' }).urls, ['0', '1', '2', '3', '4'])
})

test('between two pages URLs change, leave and come: those that stay as they are come once', (t) => {
  const monitor = manyUrls()
  const order = search(monitor, { sort: 'worst' })
  const first = search(monitor, { sort: 'worst', limit: 500 })
  const cursor = first.places.at(-1) as Place
  // One of the first page goes back, one of the rest comes first, the last one of the page leaves.
  const [early, late] = [first.places[3] as Place, order.places.at(-3) as Place]
  monitor.take(up(early.id, { at: 1 }), down(late.id, { at: 2e12 }))
  monitor.remove(cursor.id)
  monitor.add(5_000, 'new')
  const rest = search(monitor, { sort: 'worst', after: cursor })
  const touched = new Set([early.id, late.id, cursor.id, 5_000])
  const untouched = (places: readonly Place[]) => places.map(({ id }) => id).filter((id) => !touched.has(id))
  t.deepEqual([...untouched(first.places), ...untouched(rest.places)], untouched(order.places))
})

test('a search is answered in some parts, and other work comes between them', async (t) => {
  const monitor = new TestMonitor() // Each look at its clock takes 1 ms.
  for (let id = 0; id < 40_000; id++) monitor.add(id, `https://${id}.example/`)
  let turns = 0
  let timer = setImmediate(function turn() {
    turns++
    timer = setImmediate(turn)
  })
  t.teardown(() => clearImmediate(timer))
  const whole = { filter: ALL, sort: 'list' as const, after: null, limit: 3, before: null }
  const first = await monitor.recorder.find({ ...whole, from: 0 })
  // 25 ms in parts of 5, each of five times 512 ids and a look at the clock or two.
  t.deepEqual([first.next, turns >= 3], [4 * 5 * 512, true])
  t.deepEqual([first.matches, first.places.map(({ id }) => id)], [4 * 5 * 512, [0, 1, 2]])
  const second = await monitor.recorder.find({ ...whole, from: 4 * 5 * 512, before: { score: 0, id: 2 } })
  t.deepEqual([second.matches, second.places], [4 * 5 * 512, []])
})

test('filters', (t) => {
  const monitor = new TestMonitor()
  monitor.add(0, 'https://shop.example/Basket', { labels: '{"team":"web"}' })
  monitor.add(1, 'https://api.example/', { labels: '{"env":"prod","team":"api"}' })
  monitor.add(2, 'https://c.example/', { labels: '{"a\\"team":"web","note":"Größe \\"x\\""}' })
  monitor.add(3, 'https://d.example/', { labels: '{"__proto__":"web"}' })
  monitor.take(up(0), down(1, { detail: 'No answer in time' }), unknown(2))
  const urls = (filter: Partial<UrlFilter>) =>
    search(monitor, { filter: { ...ALL, ...filter } }).places.map(({ id }) => id)
  const CASES: readonly (readonly [Partial<UrlFilter>, number[]])[] = [
    [{ text: 'basket' }, [0]],
    [{ text: 'BASKET' }, [0]],
    [{ text: 'example/' }, [0, 1, 2, 3]],
    [{ text: 'example/b' }, [0]],
    [{ text: 'example/basket2' }, []],
    [{ text: 'no answer' }, [1]],
    [{ text: 'WEB' }, [0, 2, 3]],
    [{ text: 'größe "X"' }, [2]],
    [{ text: '":"' }, []],
    [{ labels: [['team', 'web']] }, [0]],
    [{ labels: [['team', 'we']] }, []],
    [{ labels: [['__proto__', 'web']] }, [3]],
    [{ labels: [['toString', '']] }, []],
    [
      {
        labels: [
          ['team', 'api'],
          ['env', 'prod'],
        ],
      },
      [1],
    ],
    [
      {
        labels: [
          ['team', 'web'],
          ['env', 'prod'],
        ],
      },
      [],
    ],
    [{ verdicts: ['down', 'unknown'] }, [1, 2]],
    [{ verdicts: ['pending'] }, [3]],
    [{ verdicts: VERDICTS, text: 'shop' }, [0]],
    [{ urls: ['nothing', 'https://api.example/'] }, [1]],
    [{ urls: ['https://api.example'] }, []],
  ]
  for (const [filter, expected] of CASES) t.deepEqual(urls(filter), expected, JSON.stringify(filter))
})
