import test from 'ava'
import { MAX_TEXT_BYTES } from '../../src/resource/text-store.ts'
import type { Resource, ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'

function tableOf(...urls: string[]): ResourceTable {
  const table = new ResourceTable()
  for (const url of urls) table.add(url as Url)
  return table
}

test('a URL has one Resource', (t) => {
  const table = new ResourceTable()
  t.is(table.add('http://a.example/' as Url), 0 as ResourceId)
  t.is(table.add('http://b.example/' as Url), 1 as ResourceId)
  t.is(table.add('http://a.example/' as Url), null)
  t.is(table.add('http://c.example/' as Url), 2 as ResourceId)
  t.is(table.size, 3)
  t.deepEqual([...table.ids()], [0, 1, 2] as ResourceId[])
  t.is(table.url(1 as ResourceId), 'http://b.example/' as Url)
})

test('the row of a removed Resource is like new, of a later generation', (t) => {
  const table = tableOf('http://a.example/')
  const id = 0 as ResourceId
  table.write({
    id,
    dueAt: 1.5,
    errCount: 2,
    verdict: 'down',
    notBefore: 3.5,
    headRefusedUntil: 4.5,
    refusedStatus: 503,
  })
  table.setProfile(id, 5)
  table.setLabels(id, '{"team":"web"}')
  table.setLeaving(id, true)
  table.remove(id)
  t.is(table.add('http://b.example/' as Url), id)
  t.deepEqual(table.read(id), { ...tableOf('http://b.example/').read(id), generation: 1 })
  t.deepEqual([table.labels(id), table.isLeaving(id), table.leaving], ['', false, 0])
})

const origins = test.macro({
  exec(t, a: string, b: string, same: boolean) {
    const table = tableOf(a, b)
    t.is(table.size, 2)
    t.is(table.origin(0 as ResourceId) === table.origin(1 as ResourceId), same)
    t.is(table.origins.size, same ? 1 : 2)
  },
  title: (_, a, b, same) => `${same ? 'one origin' : 'two origins'}: ${String(a)} and ${String(b)}`,
})

test(origins, 'http://a.example/', 'http://a.example/x?y', true)
test(origins, 'http://a.example/', 'http://a.example/?http://b.example/', true)
test(origins, 'http://a.example/', 'http://user:pass@a.example/', true)
test(origins, 'http://a:b@c.example/', 'http://x@c.example/at@sign', true)
test(origins, 'http://a.example/', 'http://a.example/@b.example', true)
test(origins, 'http://a.example/', 'http://a.example/?@b.example', true)
test(origins, 'http://u:p@a.example/', 'http://a.example', true)
test(origins, 'http://[::1]/', 'http://[::1]/x', true)
test(origins, 'http://a.example/', 'https://a.example/', false)
test(origins, 'http://a.example/', 'http://a.example:8080/', false)
test(origins, 'http://a.example:81/', 'http://a.example:8/', false)
test(origins, 'http://a.example/', 'http://b.example/', false)
test(origins, 'http://[::1]/', 'http://[::1]:8080/', false)

test('fields are kept, through every growth', (t) => {
  const table = new ResourceTable()
  const resource = (id: number): Resource => ({
    id: id as ResourceId,
    url: `http://host-${id % 10}.example/${id}` as Url,
    dueAt: id + 0.5,
    errCount: id % 7,
    verdict: (['pending', 'up', 'down', 'unknown'] as const)[id % 4] ?? 'pending',
    notBefore: id * 2 + 0.25,
    headRefusedUntil: id * 3 + 0.125,
    refusedStatus: id * 5,
    generation: 0,
    profile: 0,
  })
  for (let id = 0; id < 1000; id++) {
    table.add(resource(id).url)
    t.like(table.read(id as ResourceId), { dueAt: 0, errCount: 0, verdict: 'pending', notBefore: 0 })
    table.write(resource(id))
  }
  for (let id = 0; id < 1000; id++) t.deepEqual(table.read(id as ResourceId), resource(id))
  t.is(table.origins.size, 10)
  table.setDueAt(5 as ResourceId, 99)
  t.is(table.dueAt(5 as ResourceId), 99)
  t.is(table.verdict(6 as ResourceId), 'down')
})

test('changing an object that was read does not change the table', (t) => {
  const table = tableOf('http://a.example/')
  table.read(0 as ResourceId).errCount = 9
  t.is(table.read(0 as ResourceId).errCount, 0)
})

test('a URL that is too long for a batch is refused', (t) => {
  const table = new ResourceTable()
  const url = (length: number) => 'http://a.example/'.padEnd(length, 'x') as Url
  t.throws(() => table.add(url(MAX_TEXT_BYTES + 1)), { instanceOf: RangeError })
  t.is(table.size, 0)
  t.is(table.add(url(MAX_TEXT_BYTES)), 0 as ResourceId)
})

test('URLs that differ only in their credentials have different display names', (t) => {
  const table = new ResourceTable()
  const add = (url: string) => table.add(url as Url) as ResourceId
  const ids = ['http://a:b@h/', 'http://c:d@h/', 'http://h/', 'http://h/#', 'http://x@i/', 'http://j/@'].map(
    add,
  )
  const shown = () => ids.map((id) => table.displayName(id))
  t.deepEqual(shown(), ['http://h/', 'http://h/#2', 'http://h/#3', 'http://h/#', 'http://i/', 'http://j/@'])
  // A name stays the same while its URL is there, and is then used again.
  table.remove(ids[0] as ResourceId)
  t.is(table.displayName(ids[1] as ResourceId), 'http://h/#2')
  ids[0] = add('http://e:f@h/')
  t.is(table.displayName(ids[0]), 'http://h/')
  for (const id of ids) table.remove(id)
  t.is(table.displayName(add('http://h/')), 'http://h/')
  t.is(table.displayName(add('http://g@h/')), 'http://h/#2')
})
