import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { History } from '../../src/history/history.ts'
import { openReadOnly } from '../../src/history/open-to-read.ts'
import { openDatabase } from '../../src/sqlite/database.ts'
import { userVersion } from '../../src/sqlite/schema.ts'
import { directoryOf } from '../helpers/directory.ts'

const START = Date.UTC(2026, 0, 5)
const MINUTE = 60_000

function open(t: ExecutionContext, file: string): History {
  const history = History.open(file, { sizeLimit: 1e8, now: () => START, warn: (line) => t.fail(line) })
  t.teardown(() => history.close())
  return history
}

const keyed = (...keys: string[]) => keys.map((key) => ({ key, name: key, labels: '' }))
const urlsTo = (count: number) => Array.from({ length: count }, (_, n) => `http://a.example/path/${n}`)

test('URLs keep their ids, in any order, with new ones among them, and twice in a list', (t) => {
  const file = join(directoryOf(t), 'h.db')
  // More than one page of a query, and not a multiple of what one statement adds.
  const keys = urlsTo(10_123)
  const first = open(t, file)
  t.deepEqual(
    [...first.urls(keyed(...keys))],
    keys.map((_, n) => n + 1),
  )
  first.close()
  const again = open(t, file)
  const mixed = [...keys.toReversed(), 'http://new.example/', keys[5] as string, 'http://new.example/']
  t.deepEqual([...again.urls(keyed(...mixed))], [...keys.map((_, n) => 10_123 - n), 10_124, 6, 10_124])
  t.is(again.find(keys[7_000] as string), 7_001)
  t.is(again.find('http://other.example/'), null)
})

test('keys with the same hash are told apart', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const [one, other] = ['http://a.example/81111', 'http://a.example/204800']
  const first = open(t, file)
  t.deepEqual([...first.urls(keyed(one))], [1])
  t.is(first.find(other), null)
  t.deepEqual([...first.urls(keyed(other, one))], [2, 1])
  first.close()
  const again = open(t, file)
  t.deepEqual([...again.urls(keyed(other, one))], [2, 1])
  t.deepEqual([again.find(one), again.find(other)], [1, 2])
})

test('a URL has the name and the labels that it had last', (t) => {
  const history = open(t, join(directoryOf(t), 'h.db'))
  history.urls([{ key: 'a', name: 'a', labels: '' }])
  t.like(history.url(1), { name: 'a', labels: '' })
  history.urls([{ key: 'a', name: 'A', labels: '{"team":"web"}' }])
  t.like(history.url(1), { key: 'a', name: 'A', labels: '{"team":"web"}' })
  history.urls([{ key: 'a', name: 'a', labels: '{"team":"web"}' }])
  t.like(history.url(1), { key: 'a', name: 'a', labels: '{"team":"web"}' })
  t.is(history.url(2), null)
})

test('ids of URLs that are gone are not given to others', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const first = open(t, file)
  first.urls(keyed('a', 'b'))
  first.close()
  const db = openReadOnly(file)
  t.is(db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get('urls')?.['seq'], 2)
  db.close()
  t.deepEqual([...open(t, file).urls(keyed('c'))], [3])
})

test('a file of version 2 is read, and knows of maintenance from then on', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const first = open(t, file)
  const [id = 0] = first.urls(keyed('http://a.example/'))
  first.close()
  const db = openDatabase(file)
  db.exec('DROP TABLE maintenance; DROP INDEX incidents_by_end; PRAGMA user_version = 2')
  db.close()
  const second = open(t, file)
  t.is(second.uptime(id, START, START + MINUTE).maintenanceSeconds, 0)
  second.maintain([[id, true]], START)
  second.flush()
  second.close()
  const read = openReadOnly(file)
  t.is(userVersion(read), 4)
  t.like(read.prepare('SELECT block, begin FROM maintenance').all(), [{ block: 0, begin: START }])
  read.close()
})

test('a file of version 1 is read', (t) => {
  const file = join(directoryOf(t), 'h.db')
  writeFileSync(file, gunzipSync(readFileSync(new URL('version-1.db.gz', import.meta.url))))
  const history = open(t, file)
  t.true(history.knowsUrls)
  t.like(history.url(2), { key: 'http://b.example/', name: 'b', labels: '{"team":"web"}' })
  t.deepEqual([...history.urls(keyed('http://c.example/', 'http://d.example/'))], [3, 4])
  t.is(history.find('http://b.example/'), 2)
  const { incidents } = history.incidents({ from: START, to: START + 20 * MINUTE, limit: 9 })
  t.like(incidents, [{ url: 2, verdict: 'down', begin: START + 11 * MINUTE, end: null }])
  t.is(history.polls(1, 50).length, 20)
})
