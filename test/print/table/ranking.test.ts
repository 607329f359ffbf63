import test from 'ava'
import { Ranking } from '../../../src/print/table/ranking.ts'
import { labelNames, MAX_ROWS } from '../../../src/print/table/row-groups.ts'
import { visiblePart } from '../../../src/print/table/scroll.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { stateMapOf, setLabels } from '../../helpers/state-map.ts'
import { seeded } from '../../helpers/random.ts'
import { down, unknown, up } from '../../helpers/state.ts'

const s = 1_000

function urls(size: number): string[] {
  return Array.from({ length: size }, (_, n) => `https://a.example/${n}`)
}

test('the worst first, of those the last changed', (t) => {
  const map = stateMapOf(
    urls(7),
    up(0, { at: 1 * s }),
    down(1, { at: 1 * s }),
    unknown(2, { at: 9 * s }),
    down(3, { at: 2 * s }),
    up(4, { at: 3 * s }),
    down(1, { at: 8 * s }),
  )
  const ranking = new Ranking(map)
  t.deepEqual(ranking.ids, [])
  ranking.scan(() => false)
  t.deepEqual(ranking.ids.map(Number), [3, 1, 2, 5, 6, 4, 0])
  t.is(ranking.matches, 7)
})

test('other orders', (t) => {
  const tls = (days: number) => ({ tls: { protocol: 'TLSv1.3', expiresAt: days * 86_400 * s } })
  const map = stateMapOf(
    urls(4),
    up(0, { at: 1 * s, durationMs: 10, ...tls(30) }),
    up(1, { at: 3 * s, durationMs: 30, tls: null }),
    up(2, { at: 2 * s, durationMs: 20, ...tls(10) }),
  )
  const ranking = new Ranking(map)
  const by = (sort: Parameters<Ranking['setQuery']>[0]) => {
    ranking.setQuery(sort, '')
    ranking.scan(() => false)
    return ranking.ids.map(Number)
  }
  t.deepEqual(by('changed'), [1, 2, 0, 3])
  t.deepEqual(by('slowest'), [1, 2, 0, 3])
  t.deepEqual(by('certificate'), [2, 0, 1, 3])
  t.deepEqual(by('list'), [0, 1, 2, 3])
})

const found = test.macro({
  exec(t, search: string, expected: number[]) {
    const map = stateMapOf(
      ['http://a.example/x', 'http://B.example/', 'http://xn--mller-kva.example/'],
      down(0),
      up(1),
      up(2),
    )
    setLabels(map, 1, { team: 'Web' })
    const ranking = new Ranking(map)
    ranking.setQuery('list', search)
    ranking.scan(() => false)
    t.deepEqual(ranking.ids.map(Number), expected)
    t.is(ranking.matches, expected.length)
  },
  title: (_, search: string) => `a search for ${search}`,
})

test(found, '//A.EXAMPLE', [0])
test(found, 'b.ex', [1])
test(found, 'müller', [2])
test(found, 'xn--mller', [2])
test(found, 'timeout', [0])
test(found, 'down', [0])
test(found, '200', [1, 2])
test(found, 'team=web', [1])
test(found, 'nothing', [])

test('only URLs of one verdict, with and without a search', (t) => {
  const ranking = new Ranking(stateMapOf(urls(4), up(0), down(1), unknown(2), down(3)))
  const idsOf = (search: string, only: Parameters<Ranking['setQuery']>[2]) => {
    ranking.setQuery('list', search, only)
    ranking.scan(() => false)
    return ranking.ids.map(Number)
  }
  t.deepEqual(idsOf('', 'down'), [1, 3])
  t.deepEqual(idsOf('/3', 'down'), [3])
  t.deepEqual(idsOf('', 'unknown'), [2])
  t.deepEqual(idsOf('', null), [0, 1, 2, 3])
})

test('a long list, in slices: each looks at a part, and the end is as if it had been sorted whole', (t) => {
  const size = 20_000
  const random = seeded(7)
  const map = stateMapOf(
    urls(size),
    ...Array.from({ length: size }, (_, id) => up(id, { durationMs: random.next() * 1e4 })),
  )
  const ranking = new Ranking(map)
  ranking.setQuery('slowest', '')
  let slices = 0
  do {
    ranking.scan(() => true)
    slices++
    t.true(ranking.ids.length <= MAX_ROWS)
  } while (ranking.searchProgress < 1)
  t.is(slices, size / 500)
  const history = map.recentPolls ?? t.fail('no history')
  const sorted = [...map.ids()].toSorted((a, b) => history.durationMs(b) - history.durationMs(a) || a - b)
  t.deepEqual(ranking.ids, sorted.slice(0, MAX_ROWS))
  t.is(ranking.matches, size)
})

test('a new search shows what it has found so far; a pass begun anew keeps what was shown', (t) => {
  const map = stateMapOf(urls(2_000))
  const ranking = new Ranking(map)
  ranking.setQuery('list', '/1')
  ranking.scan(() => true)
  t.is(ranking.searchProgress, 0.25)
  t.is(ranking.ids.length, 111)
  ranking.scan(() => false)
  t.is(ranking.searchProgress, 1)
  const { matches } = ranking
  ranking.scan(() => true)
  t.is(ranking.matches, matches)
  t.is(ranking.searchProgress, 1)
})

test('groups by a label: those with the worst rows first, with counts of all their URLs', (t) => {
  const map = stateMapOf(urls(6), up(0), down(1, { at: 1 * s }), up(2), down(3, { at: 2 * s }), up(4), up(5))
  for (const id of [0, 1, 2]) setLabels(map, id, { team: 'web' })
  for (const id of [3, 4]) setLabels(map, id, { team: 'shop', env: 'x' })
  const ranking = new Ranking(map)
  const groupsOf = (...query: Parameters<Ranking['setQuery']>) => {
    ranking.setQuery(...query)
    ranking.scan(() => false)
    return ranking.groups.map(({ key, counts, ids }) => [
      typeof key === 'object' ? key.value : key,
      `${counts.down}/${counts.up}`,
      ids.map(Number),
    ])
  }
  t.deepEqual(groupsOf('worst', '', null, 'team'), [
    ['shop', '1/1', [3, 4]],
    ['web', '1/2', [1, 0, 2]],
    ['without', '0/1', [5]],
  ])
  t.deepEqual(
    groupsOf('list', '', null, 'team').map(([name]) => name),
    ['web', 'shop', 'without'],
  )
  t.deepEqual(groupsOf('list', '', 'down', 'team'), [
    ['web', '1/2', [1]],
    ['shop', '1/1', [3]],
  ])
  t.is(ranking.matches, 2)
  t.deepEqual(groupsOf('list', '/4', null, 'team'), [['shop', '0/1', [4]]])
  t.deepEqual(
    groupsOf('worst', '', 'down', null).map(([, , ids]) => ids),
    [[3, 1]],
  )
  t.deepEqual(labelNames(map), ['env', 'team'])
})

test('many groups: as many rows as without them, of each group at least one', (t) => {
  const map = stateMapOf(urls(3_000), ...Array.from({ length: 3_000 }, (_, id) => up(id)))
  for (let id = 0; id < 3_000; id++) setLabels(map, id, { few: `${id % 2}`, many: `${id}` })
  const ranking = new Ranking(map)
  const rowsOf = (label: string) => {
    ranking.setQuery('list', '', null, label)
    ranking.scan(() => false)
    return ranking.groups.map(({ ids }) => ids.length)
  }
  t.deepEqual(rowsOf('few'), [200, 200])
  const many = rowsOf('many')
  t.is(many.length, 501)
  t.deepEqual([ranking.groups.at(-1)?.key, ranking.groups.at(-1)?.counts.up], ['others', 2_500])
  t.deepEqual(new Set(many), new Set([1]))
})

test('rows and headings that fit, with the selected row', (t) => {
  const group = (value: string, ...ids: number[]) => ({
    key: { value },
    counts: COUNTS,
    ids: ids as ResourceId[],
  })
  const groups = [group('a', 0, 1, 2), group('b', 3, 4)]
  const shown = (selected: number | null, fit: number, before = 0) => {
    const part = visiblePart(groups, true, selected as ResourceId | null, fit, before)
    return [part.firstLine, part.first, part.ids.map(Number), [...part.headings.keys()], part.selected]
  }
  t.deepEqual(shown(null, 10), [0, 0, [0, 1, 2, 3, 4], [0, 3], 0])
  t.deepEqual(shown(2, 3), [1, 0, [0, 1, 2], [], 2])
  t.deepEqual(shown(3, 3, 1), [3, 2, [2, 3], [1], 1])
  t.deepEqual(shown(4, 3, 3), [4, 3, [3, 4], [0], 1])
  t.deepEqual(shown(3, 2, 5), [4, 3, [3], [0], 0], 'with its heading')
  t.deepEqual(shown(3, 1, 0), [5, 3, [3], [], 0])
  t.deepEqual(visiblePart([], true, null, 5, 3), {
    firstLine: 0,
    first: 0,
    ids: [],
    headings: new Map(),
    selected: 0,
  })
  t.deepEqual(visiblePart(groups, false, 3 as ResourceId, 2, 0), {
    firstLine: 2,
    first: 2,
    ids: [2, 3],
    headings: new Map(),
    selected: 1,
  })
})

const COUNTS = { up: 1, down: 0, unknown: 0, pending: 0 }
