import test from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import { StateMap } from '../../src/state/state-map.ts'
import { worstFirst } from '../../src/state/worst-first.ts'
import type { State } from '../../src/state/state.ts'
import { seeded } from '../helpers/random.ts'
import { down, unknown, up } from '../helpers/state.ts'

function mapOf(size: number): StateMap {
  const map = new StateMap()
  for (let id = 0; id < size; id++) map.add(id as ResourceId, `https://a.example/${id}`)
  return map
}

test('a URL is pending until its first State', (t) => {
  const map = mapOf(2)
  t.is(map.size, 2)
  t.deepEqual(map.counts, { pending: 2, up: 0, down: 0, unknown: 0 })
  t.like(map.get(1 as ResourceId), { url: 'https://a.example/1', verdict: 'pending', status: 0, text: '' })
  map.set(up(1))
  t.deepEqual(map.counts, { pending: 1, up: 1, down: 0, unknown: 0 })
  t.deepEqual(map.get(1 as ResourceId), {
    url: 'https://a.example/1',
    verdict: 'up',
    reason: 'ok',
    status: 200,
    errCount: 0,
    text: 'OK',
  })
  map.set(down(1, { errCount: 3 }))
  t.like(map.get(1 as ResourceId), {
    verdict: 'down',
    reason: 'timeout',
    status: 0,
    errCount: 3,
    text: 'no answer in time (wait)',
  })
})

const changed = test.macro({
  exec(t, before: State, after: State, expected: boolean) {
    const map = mapOf(1)
    t.true(map.set(before))
    t.is(map.set(after), expected)
    t.false(map.set(after))
  },
  title: (name, _before, _after, expected) => `${expected ? 'changed' : 'not changed'}: ${name}`,
})

test('the verdict', changed, up(0), down(0), true)
test('the verdict alone, without an answer before and after', changed, down(0), unknown(0), true)
test('the reason alone', changed, down(0, { reason: 'refused' }), down(0, { reason: 'reset' }), true)
test('the status alone', changed, up(0, { status: 200 }), up(0, { status: 204 }), true)
test(
  'texts, times, errCount, address',
  changed,
  down(0),
  down(0, { detail: 'x', errCount: 2, durationMs: 7, address: '::1', at: 1 }),
  false,
)
test(
  'the method and redirects',
  changed,
  up(0),
  up(0, { method: 'GET', redirects: 2, finalUrl: 'https://b.example/' }),
  false,
)

test('worst first, then by the order of the list', (t) => {
  const map = mapOf(8)
  for (const state of [up(0), down(1), unknown(2), up(3), down(5), unknown(6), up(7)]) map.set(state)
  t.deepEqual([...worstFirst(map, { up: true, changed: false })] as number[], [1, 5, 2, 6, 4, 0, 3, 7])
  t.deepEqual([...worstFirst(map, { up: false, changed: false })] as number[], [1, 5, 2, 6, 4])
})

test('changed ones are given once', (t) => {
  const map = mapOf(4)
  const changes = () => [...worstFirst(map, { up: true, changed: true })] as number[]
  t.deepEqual(changes(), [])
  map.set(up(0))
  map.set(down(1))
  // A plain listing takes nothing away.
  t.is([...worstFirst(map, { up: true, changed: false })].length, 4)
  t.deepEqual(changes(), [1, 0])
  t.deepEqual(changes(), [])
  map.set(up(0))
  map.set(down(1, { errCount: 2 }))
  t.deepEqual(changes(), [])
  map.set(down(0))
  map.set(up(0))
  t.deepEqual(changes(), [0])
})

test('URLs that are shown alike have States of their own', (t) => {
  const map = new StateMap()
  for (const id of [0, 1]) map.add(id as ResourceId, 'https://a.example/')
  map.set(up(0))
  map.set(down(1))
  t.like(map.get(0 as ResourceId), { url: 'https://a.example/', verdict: 'up' })
  t.like(map.get(1 as ResourceId), { url: 'https://a.example/', verdict: 'down' })
  t.is(map.url(1 as ResourceId), 'https://a.example/')
})

test('more texts than are shared stay right', (t) => {
  const map = mapOf(10_000)
  for (let id = 0; id < 10_000; id++) map.set(down(id, { detail: `text ${id}` }))
  for (let id = 0; id < 10_000; id++) {
    if (map.get(id as ResourceId).text !== `text ${id}`) t.fail(`${id}`)
  }
  t.pass()
})

test('the counts add up at every step of a random run', (t) => {
  const random = seeded(5)
  const map = new StateMap()
  const verdicts: string[] = []
  for (let step = 0; step < 20_000; step++) {
    if (verdicts.length === 0 || random.below(50) === 0) {
      map.add(verdicts.length as ResourceId, `https://a.example/${verdicts.length}`)
      verdicts.push('pending')
    }
    const id = random.below(verdicts.length)
    const state = [up(id), down(id), unknown(id)][random.below(3)] ?? up(id)
    t.is(map.set(state), verdicts[id] !== state.verdict)
    verdicts[id] = state.verdict
    const { pending, up: ups, down: downs, unknown: unknowns } = map.counts
    if (pending + ups + downs + unknowns !== verdicts.length) t.fail(`step ${step}`)
  }
  for (const verdict of ['pending', 'up', 'down', 'unknown'] as const) {
    t.is(map.counts[verdict], verdicts.filter((each) => each === verdict).length, verdict)
  }
})

test('of a URL whose State was lost with another map the verdict is known, and only another one is a change', (t) => {
  const map = new StateMap()
  const known = { generation: 0, errCount: 0, labels: '' }
  const [one, two] = [0 as ResourceId, 1 as ResourceId]
  map.add(one, 'https://a.example/0', { ...known, verdict: 'up' })
  map.add(two, 'https://a.example/1', { ...known, verdict: 'down', errCount: 4 })
  t.deepEqual(map.counts, { pending: 0, up: 1, down: 1, unknown: 0 })
  t.like(map.get(two), { verdict: 'down', reason: null, errCount: 4 })
  t.false(map.set(down(1, { errCount: 5 })))
  t.true(map.set(down(0)))
  t.deepEqual(map.counts, { pending: 0, up: 0, down: 2, unknown: 0 })
  t.not(map.get(two).reason, null)
  t.true(map.set(up(1)))
})
