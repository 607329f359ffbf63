import test from 'ava'
import { MAX_ROWS, Ranking } from '../../../src/print/table/ranking.ts'
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
  const history = map.history ?? t.fail('no history')
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
