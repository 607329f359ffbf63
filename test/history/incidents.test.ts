import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { History } from '../../src/history/history.ts'
import { IncidentReader } from '../../src/history/incidents.ts'
import { MaintenanceReader } from '../../src/history/maintenance-reader.ts'
import { visitLastStates } from '../../src/history/last-states.ts'
import { DOWN, PollBatch, UNKNOWN, UP } from '../../src/history/poll-batch.ts'
import { ReasonCodes } from '../../src/history/reason-codes.ts'
import { readStates } from '../../src/history/read-states.ts'
import { UptimeReader } from '../../src/history/uptime.ts'
import { UrlMethods } from '../../src/history/url-methods.ts'
import { UrlStates } from '../../src/history/url-states.ts'
import { WatchedSpans } from '../../src/history/watched-spans.ts'
import { openDatabase } from '../../src/sqlite/database.ts'
import { directoryOf } from '../helpers/directory.ts'
import { seeded } from '../helpers/random.ts'

const START = Date.UTC(2026, 0, 5)
const MINUTE = 60_000
/** Incidents of the URL that flaps, each of a minute, one every two minutes. */
const FLAPS = 500
const END = START + 2 * FLAPS * MINUTE

/** A history in which URL 1 flaps, 2 is down for all but the first and the last minute, and 3 is down from the first minute on. */
function flapping(t: ExecutionContext) {
  const file = join(directoryOf(t), 'h.db')
  const clock = { now: START }
  const history = History.open(file, { sizeLimit: 1e9, now: () => clock.now, warn: (line) => t.fail(line) })
  const ids = history.urls(['flaps', 'long', 'open'].map((key) => ({ key, name: '', labels: '' })))
  const batch = new PollBatch()
  for (; clock.now < END; clock.now += MINUTE) {
    const minute = (clock.now - START) / MINUTE
    const verdicts = [
      minute % 2,
      minute === 0 || minute === 2 * FLAPS - 1 ? UP : DOWN,
      minute === 0 ? UP : DOWN,
    ]
    batch.clear()
    for (const [n, id] of ids.entries()) batch.add(id, clock.now, verdicts[n] as number, 0, 200, 100)
    history.record(batch)
  }
  history.flush()
  history.close()

  const { db, counted } = counting(t, file)
  db.exec(`UPDATE watched SET begin = ${START}`)
  const maintenance = new MaintenanceReader(db)
  return {
    uptime: new UptimeReader(db, new WatchedSpans(db), maintenance),
    incidents: new IncidentReader(db, new ReasonCodes(db), new UrlStates(), maintenance),
    counted,
  }
}

/** Opens the file of a history in which the rows of incidents that are looked at are counted. */
function counting(t: ExecutionContext, file: string) {
  const db = openDatabase(file)
  t.teardown(() => db.close())
  let rows = 0
  db.function('looked', () => (rows++, 1))
  db.exec('CREATE TEMP VIEW incidents AS SELECT * FROM main.incidents WHERE looked()')
  return {
    db,
    /** What is read, and how many rows of incidents were looked at for it. */
    counted<Result>(read: () => Result): { result: Result; rows: number } {
      rows = 0
      return { result: read(), rows }
    },
  }
}

test('the uptime of a short time looks at few incidents of a URL that flaps', (t) => {
  const { uptime, counted } = flapping(t)
  for (const minute of [0, 1, 2, FLAPS, 2 * FLAPS - 1]) {
    const from = START + minute * MINUTE
    const { result, rows } = counted(() => uptime.read(1, from + 1_000, from + 11_000))
    t.is(result.downSeconds, minute % 2 === 0 ? 0 : 10, `minute ${minute}`)
    t.true(rows <= 4, `${rows} rows for minute ${minute}`)
  }
})

test('the incidents of a short time are found among few, also those that began long before', (t) => {
  const { incidents, counted } = flapping(t)
  for (const minute of [0, 1, 2, FLAPS, 2 * FLAPS - 4]) {
    const from = START + minute * MINUTE + 1_000
    const query = { from, to: from + 3 * MINUTE, limit: 9 }
    const found = (ids?: number[]) => {
      const { result, rows } = counted(() => incidents.read(ids === undefined ? query : { ...query, ids }))
      const urls = result.incidents.map(({ url }) => url)
      return { urls: urls.toSorted((a, b) => a - b).join(' '), rows }
    }
    const flaps = found([1])
    t.is(flaps.urls, '1 1')
    t.true(flaps.rows <= 4, `${flaps.rows} rows of the URL for minute ${minute}`)
    t.is(found([2]).urls, '2')
    t.is(found([3]).urls, '3')
    t.is(found().urls, '1 1 2 3')
  }
  const recent = counted(() => incidents.read({ from: END - 3 * MINUTE, to: END, limit: 9 }))
  t.is(recent.result.incidents.length, 4)
  t.true(recent.rows <= 8, `${recent.rows} rows`)
})

test('pages of incidents are those that touch a time, the latest first', (t) => {
  const { incidents } = flapping(t)
  const all = incidents.read({ from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1e6 }).incidents
  t.is(all.length, FLAPS + 2)
  const { below } = seeded(1)
  for (let round = 0; round < 40; round++) {
    const from = START + below(END - START)
    const to = from + below(3) * below(END - from)
    const ids = below(2) === 0 ? undefined : [1 + below(3)]
    const pages: number[] = []
    let cursor: string | null = null
    do {
      const page = incidents.read({ ...(ids && { ids }), from, to, limit: 1 + below(200), cursor })
      pages.push(...page.incidents.map(({ id }) => id))
      cursor = page.next
    } while (cursor !== null)
    const wanted = all.filter(
      ({ url, begin, end }) => begin < to && (end ?? Infinity) > from && (ids?.includes(url) ?? true),
    )
    t.deepEqual(
      pages,
      wanted.map(({ id }) => id),
    )
  }
})

test('a start looks at few incidents of URLs that became unknown at one moment', (t) => {
  const urls = 500
  const course = [...Array.from({ length: 10 }, () => [DOWN, UP]).flat(), DOWN, UNKNOWN]
  const file = join(directoryOf(t), 'h.db')
  const history = History.open(file, { sizeLimit: 1e9, now: () => END, warn: (line) => t.fail(line) })
  const ids = history.urls(Array.from({ length: urls }, (_, n) => ({ key: `${n}`, name: '', labels: '' })))
  const batch = new PollBatch()
  for (const [minute, verdict] of course.entries()) {
    batch.clear()
    for (const id of ids) batch.add(id, START + minute * MINUTE, verdict, 0, 0, 0)
    history.record(batch)
  }
  history.close()

  const { db, counted } = counting(t, file)
  const states = new UrlStates()
  states.ensureCapacity(urls + 1)
  readStates(db, states)
  const settled: unknown[] = []
  const { rows } = counted(() =>
    visitLastStates(db, states, new ReasonCodes(db), new UrlMethods(db), (state) =>
      settled.push(state.settled),
    ),
  )
  t.deepEqual(settled, Array(urls).fill('down'))
  // Each incident once, for when the last one ended, and a few for what was before it.
  t.true(rows <= (12 + 6) * urls, `${rows} rows`)
})
