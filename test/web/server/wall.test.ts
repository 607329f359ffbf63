import test from 'ava'
import type { ExecutionContext } from 'ava'
import { decodeIds, WallModel } from '../../../web/src/server/wall-model.ts'
import { WallMaker } from '../../../src/web/server/wall.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import { eventBlocks } from '../../helpers/event-blocks.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const TIMES = { changesMs: 5, summaryMs: 50, heartbeatMs: 20 }

const label = (labels: Record<string, string>) => ({ labels: JSON.stringify(labels) })

async function wallOf(url: string, query = ''): Promise<WallModel> {
  const response = await fetch(`${url}/wall${query}`, { headers: { connection: 'close' } })
  return new WallModel(await response.arrayBuffer())
}

/** Follows the events of a wall, as the page does. */
async function follow(t: ExecutionContext, url: string, model: WallModel) {
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const response = await fetch(`${url}/wall/events?after=${model.position}`, { signal: abort.signal })
  const seen = { polled: [] as number[], resets: 0, summaries: 0, areNew: false }
  const read = async () => {
    for await (const block of eventBlocks(response)) {
      const data = /^data: (.*)$/m.exec(block)?.[1] ?? '{}'
      if (block.startsWith('event: reset')) seen.resets++
      if (block.startsWith('event: summary')) seen.summaries++
      if (!block.startsWith('event: wall')) continue
      const { ids, codes } = decodeIds((JSON.parse(data) as { ids: string }).ids)
      seen.polled.push(...ids)
      if (model.apply(ids, codes) === null) seen.areNew = true
    }
  }
  read().catch(() => {}) // The end of the test.
  return seen
}

test('the wall has the verdict and the group of every URL', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 9; id++)
    monitor.add(id, `https://a.example/${id}`, label(id < 8 ? { team: id % 2 === 0 ? 'web' : 'api' } : {}))
  monitor.take(up(0), down(1), unknown(2))
  monitor.remove(3)
  const { url } = await startApi(t, monitor)
  const wall = await wallOf(url)
  t.is(wall.size, 8)
  t.is(wall.by, 'team')
  t.deepEqual(wall.counts, { pending: 5, up: 1, down: 1, unknown: 1 })
  t.deepEqual(
    wall.groups.map(({ name, ids, down: downs, unknown: unknowns }) => [name, [...ids], downs, unknowns]),
    [
      ['web', [0, 2, 4, 6], 0, 1],
      ['api', [1, 5, 7], 1, 0],
      [null, [8], 0, 0],
    ],
  )
  t.is(wall.verdict(1), 'down')
  t.deepEqual(wall.placeOf(5), { group: 1, index: 1 })
  t.false(wall.has(3))
})

test('the label of the groups: the one that most URLs have; not one of its own for each URL, or with too many values', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 200; id++)
    monitor.add(
      id,
      `https://a.example/${id}`,
      label({
        name: `${id}`,
        host: `${id >> 1}`,
        ...(id < 150 ? { team: id % 3 === 0 ? 'a' : 'b' } : {}),
        same: 'x',
      }),
    )
  const { url } = await startApi(t, monitor)
  const wall = await wallOf(url)
  t.is(wall.by, 'team')
  t.deepEqual(
    wall.groups.map(({ name, ids }) => [name, ids.length]),
    [
      ['a', 50],
      ['b', 100],
      [null, 50],
    ],
  )
  t.is((await wallOf(url, '?by=same')).groups.length, 1)
  // Of a label with too many values, the first ones are groups; the rest is one.
  const many = (await wallOf(url, '?by=host')).groups
  t.is(many.length, 49)
  t.is(many.at(-1)?.name, null)
  t.is(
    many.reduce((sum, { ids }) => sum + ids.length, 0),
    200,
  )
  const none = new TestMonitor()
  t.is((await wallOf((await startApi(t, none)).url)).size, 0)
})

test('events say which URLs were polled, and bring the wall to the state of the monitor', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 300; id++) monitor.add(id, `https://a.example/${id}`)
  const { url } = await startApi(t, monitor, TIMES)
  const wall = await wallOf(url)
  const seen = await follow(t, url, wall)
  for (let id = 0; id < 300; id++) monitor.take(id % 7 === 0 ? down(id) : up(id))
  await waitUntil(() => wall.counts.pending === 0 && seen.summaries > 1)
  t.deepEqual(wall.counts, { pending: 0, up: 257, down: 43, unknown: 0 })
  for (let id = 0; id < 300; id++) t.is(wall.verdict(id), id % 7 === 0 ? 'down' : 'up')
  // A poll that changes nothing is seen too.
  seen.polled.length = 0
  monitor.take(up(299))
  await waitUntil(() => seen.polled.includes(299))
  t.deepEqual(seen.polled, [299])
  monitor.add(300, 'https://new.example/')
  monitor.take(up(300))
  await waitUntil(() => seen.areNew)
  t.is(seen.resets, 0)
})

test('a wall is read again when ids may belong to other URLs, changes are missing or the monitor is another', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 10; id++) monitor.add(id, `https://a.example/${id}`)
  const { url, replace } = await startApi(t, monitor, TIMES)
  const first = await follow(t, url, await wallOf(url))
  monitor.remove(3)
  await waitUntil(() => first.resets > 0)
  const second = await follow(t, url, await wallOf(url))
  for (let n = 0; n < 16_385; n++) monitor.take(n % 2 === 0 ? up(1) : down(1))
  await waitUntil(() => second.resets > 0)
  const third = await follow(t, url, await wallOf(url))
  replace(new TestMonitor('two'))
  await waitUntil(() => third.resets > 0)
  t.true(third.resets > 0)
})

test('a wall is read again when URLs have got other labels, but not when they have the same', async (t) => {
  const monitor = new TestMonitor()
  const add = (id: number, team: string) => monitor.add(id, `https://a.example/${id}`, label({ team }))
  for (let id = 0; id < 4; id++) add(id, id < 2 ? 'red' : 'blue')
  const { url } = await startApi(t, monitor, TIMES)
  const groups = ({ groups: all }: WallModel) => all.map(({ name, ids }) => [name, [...ids]])
  const wall = await wallOf(url)
  const seen = await follow(t, url, wall)
  for (let id = 0; id < 4; id++) add(id, id < 2 ? 'red' : 'blue')
  await waitUntil(() => seen.summaries > 2)
  t.is(seen.resets, 0)
  add(1, 'blue')
  await waitUntil(() => seen.resets === 1)
  t.deepEqual(groups(wall), [
    ['red', [0, 1]],
    ['blue', [2, 3]],
  ])
  t.deepEqual(groups(await wallOf(url, '?by=team')), [
    ['red', [0]],
    ['blue', [1, 2, 3]],
  ])
  // Also if no other URL had the labels that it had, nor has those that it has.
  add(0, 'green')
  await waitUntil(() => seen.resets === 2)
})

test('walls that are asked for at the same time are made once', async (t) => {
  const monitor = new TestMonitor()
  for (let id = 0; id < 10; id++)
    monitor.add(id, `https://a.example/${id}`, label({ team: id < 5 ? 'a' : 'b' }))
  const asked: string[] = []
  const maker = new WallMaker({
    ask(question) {
      asked.push(question.type)
      return Promise.resolve(monitor.answer(question))
    },
  })
  await Promise.all([maker.make(null), maker.make(null), maker.make(null)])
  t.deepEqual(asked, ['wallLabels', 'wallPart'])
})

test('walls by different labels are made one after the other, and only so many wait', async (t) => {
  const monitor = new TestMonitor('one', () => performance.now())
  for (let id = 0; id < 5; id++) monitor.add(id, `https://a.example/${id}`, label({ team: 'a' }))
  const { url, asked } = await startApi(t, monitor)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => fetch(`${url}/wall?by=${n}`, { headers: { connection: 'close' } })),
  )
  const refused = answers.filter(({ status }) => status === 503)
  t.true(refused.length > 0)
  t.is(refused[0]?.headers.get('retry-after'), '1')
  t.deepEqual(await refused[0]?.json(), { error: 'too many walls at once' })
  const kinds = asked.map(({ type }) => type)
  t.deepEqual(kinds, Array.from({ length: 40 - refused.length }, () => ['wallLabels', 'wallPart']).flat())
  t.is((await fetch(`${url}/wall?by=team`, { headers: { connection: 'close' } })).status, 200)
})

test('many URLs: a few kilobytes, in parts', async (t) => {
  const monitor = new TestMonitor('one', () => performance.now())
  for (let id = 0; id < 100_000; id++)
    monitor.add(id, `https://a.example/${id}`, label({ team: id < 50_000 ? 'a' : 'b' }))
  const { port, asked } = await startApi(t, monitor)
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/wall`, { headers: { connection: 'close' } })
  t.true(Number(response.headers.get('content-length')) < 2_000)
  t.is(new WallModel(await response.arrayBuffer()).size, 100_000)
  t.true(asked.filter(({ type }) => type === 'wallPart').length >= 4)
})
