import { statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { BlobTables } from '../../src/history/blob-tables.ts'
import { History } from '../../src/history/history.ts'
import { ListedUrls } from '../../src/history/listed-urls.ts'
import { openHistory } from '../../src/history/open-history.ts'
import { DOWN, PollBatch, UP } from '../../src/history/poll-batch.ts'
import { SizeBound } from '../../src/history/size-bound.ts'
import { IN_MEMORY } from '../../src/sqlite/open-file.ts'
import { StoreError } from '../../src/sqlite/store-error.ts'
import { directoryOf } from '../helpers/directory.ts'
import { seeded } from '../helpers/random.ts'

const START = Date.UTC(2026, 0, 5)
const [BEAT, MINUTE] = [10_000, 60_000]
const LIMIT = 4 * 1024 * 1024
const PAGE = 4_096

/** A history of the least size, with URLs that are polled every minute. */
function open(urls: number, file: string = IN_MEMORY) {
  const clock = { now: START }
  const history = History.open(file, { sizeLimit: LIMIT, now: () => clock.now, warn: () => {} })
  const ids = history.urls(keyed(urls, 'https://www.example.com/some/path/'))
  const batch = new PollBatch()
  const { below } = seeded(1)
  /** The polls of ten seconds, and a flush. */
  const poll = () => {
    batch.clear()
    for (const id of ids)
      if (id % 6 === (clock.now / BEAT) % 6) batch.add(id, clock.now, UP, 0, 200, 20 + below(1_000) / 3)
    history.record(batch)
    clock.now += BEAT
    history.flush()
  }
  return { history, clock, ids, poll }
}

const keyed = (urls: number, prefix: string) =>
  Array.from({ length: urls }, (_, n) => ({ key: `${prefix}${n}`, name: '', labels: '' }))

/** A bound, and its tables with pages in the table of URLs that cannot go. */
function bounded(pages: number) {
  const { db } = openHistory(IN_MEMORY, { sizeLimit: LIMIT, now: () => START, warn: () => {} })
  const tables = new BlobTables(db)
  const listed = new ListedUrls()
  listed.add(1)
  db.prepare('INSERT INTO urls (id, key, name, labels) VALUES (1, ?, ?, ?)').run(
    'x'.repeat(pages * PAGE),
    '',
    '',
  )
  return { db, tables, bound: new SizeBound(db, tables, listed, LIMIT) }
}

for (const where of ['in memory', 'in a file'])
  test(`of a long list in a small history ${where} the latest polls are kept, and none is lost`, (t) => {
    const file = where === 'in memory' ? IN_MEMORY : join(directoryOf(t), 'h.db')
    const { history, clock, ids, poll } = open(18_000, file)
    t.teardown(() => history.close())
    let largest = 0
    while (clock.now < START + 30 * MINUTE) {
      poll()
      largest = Math.max(largest, history.size)
    }
    t.true(largest <= LIMIT, `it took ${largest} bytes`)
    t.is(history.dropped, 0)
    t.true((history.polls(ids[0] as number, 1)[0]?.at ?? 0) >= clock.now - MINUTE)
    t.true(history.series(ids[0] as number, START, clock.now, 5 * MINUTE).buckets.length > 2)
  })

test('when all incidents go, the time that is being written stays', (t) => {
  const { db, bound } = bounded(700)
  db.exec(`INSERT INTO incidents (url, verdict, begin, "end") VALUES (1, 1, ${START}, ${START + 9})
    ; INSERT INTO watched (begin, "end", seq) VALUES (${START - 9}, ${START - 5}, 1), (${START - 3}, ${START + 9}, 2)`)
  db.prepare('INSERT INTO incident_reasons VALUES (1, 1, ?, 1, 0, 1, ?, 1)').run(
    START,
    'x'.repeat(160 * PAGE),
  )
  bound.enforce()
  t.is(db.prepare('SELECT count(*) AS rows FROM incidents').get()?.['rows'], 0)
  t.like(db.prepare('SELECT begin, "end", seq FROM watched').all(), [
    { begin: START + 9, end: START + 9, seq: 2 },
  ])
})

test('what incidents take is worked out once, however many buckets go', (t) => {
  const { db, tables, bound } = bounded(760)
  for (let key = 1; key <= 100; key++) tables.polls.put(key * 2 ** 20, new Uint8Array(4_000), 0)
  db.prepare('INSERT INTO incident_reasons VALUES (1, 1, ?, 1, 0, 1, ?, 1)').run(START, '')
  let looked = 0
  db.function('looked', () => (looked++, 1))
  db.exec('CREATE TEMP VIEW incident_reasons AS SELECT * FROM main.incident_reasons WHERE looked()')
  bound.enforce()
  t.true((tables.polls.oldest() ?? 0) > 20 * 2 ** 20)
  t.is(looked, 1)
})

test('a list that takes all of the bound is refused at once, and what it takes is told', (t) => {
  const { history } = open(10)
  const error = t.throws(() => history.urls(keyed(40_000, 'x'.repeat(200))), { instanceOf: StoreError })
  t.is(error.fault, 'full')
  t.regex(error.message, /--history-size of 4\.2 MB is too small: .* take more than \d\.\d MB$/)
  t.true(history.size <= LIMIT)
})

test('polls of five minutes that a failure in memory takes along are counted as lost', (t) => {
  const { history, poll } = open(10)
  for (let beat = 0; beat < 18; beat++) poll()
  t.throws(() => history.urls(keyed(40_000, 'x'.repeat(200))), { instanceOf: StoreError })
  t.is(history.dropped, 30)
})

test('polls that a smaller bound has no room for are summed, and recording goes on', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const clock = { now: START }
  const openOf = (sizeLimit: number) =>
    History.open(file, { sizeLimit, now: () => clock.now, warn: (line) => t.fail(line) })
  const large = openOf(1e9)
  // Of more blocks than one flush sums.
  const ids = large.urls(keyed(10_000, 'x'))
  const batch = new PollBatch()
  const { below } = seeded(1)
  for (; clock.now < START + 3 * MINUTE; clock.now += BEAT / 5) {
    batch.clear()
    const phase = () => below(2_000) / 3
    for (const id of ids) {
      const phases = { dns: phase(), connect: phase(), tls: phase(), wait: phase() }
      batch.add(id, clock.now, UP, 0, 200, phase(), phases)
    }
    large.record(batch)
    large.flush()
  }
  large.close()
  t.true(statSync(file).size > LIMIT)

  clock.now = START + 6 * MINUTE
  const small = openOf(LIMIT)
  t.teardown(() => small.close())
  const error = t.throws(() => small.urls(keyed(10_000, 'x')), { instanceOf: StoreError })
  t.regex(error.message, /URLs, incidents that go on and polls of the last minutes take more than/)
  clock.now += BEAT
  small.flush()
  t.is(small.failure, null)
  t.is(small.series(ids[0] as number, START, clock.now, 60 * MINUTE).buckets[0]?.polls, 90)
  t.is(small.urls(keyed(10_000, 'x')).length, 10_000)
  t.true(small.size <= LIMIT)
})

test('polls in memory that are summed by the flush that fails are counted as lost', (t) => {
  const { history, clock, ids } = open(10_000)
  t.teardown(() => history.close())
  const batch = new PollBatch()
  const record = (verdict: number) => {
    batch.clear()
    for (const id of ids) batch.add(id, clock.now, verdict, 0, 200, 20)
    history.record(batch, () => 'x'.repeat(500))
  }
  record(UP)
  history.flush()
  clock.now += 6 * MINUTE
  record(DOWN)
  t.throws(() => history.flush(), { instanceOf: StoreError })
  t.is(history.dropped, 20_000)
})
