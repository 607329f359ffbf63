import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { History } from '../../src/history/history.ts'
import { DOWN, PollBatch, UP } from '../../src/history/poll-batch.ts'
import { openReadOnly } from '../../src/history/open-to-read.ts'
import { directoryOf } from '../helpers/directory.ts'

const START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const DAY = 86_400_000
const DAYS = 731
const URLS = 100
/** Far less than two years of this take. */
const LIMIT = 4 * 1024 * 1024

/** Of a URL, at a time: some URLs fail for an hour a day, so that there are many incidents. */
const verdictAt = (url: number, at: number): number =>
  url % 10 === 0 && Math.floor(at / 3_600_000) % 24 === url % 24 ? DOWN : UP

test('two years: the file stays within its bound, and what is kept is right', async (t) => {
  t.timeout(900_000)
  const file = join(directoryOf(t), 'h.db')
  const clock = { now: START }
  const history = History.open(file, { sizeLimit: LIMIT, now: () => clock.now, warn: (line) => t.fail(line) })
  const ids = history.urls(
    Array.from({ length: URLS }, (_, url) => ({ key: `${url}`, name: '', labels: '' })),
  )
  const batch = new PollBatch()
  let largest = 0
  for (let day = 0; day < DAYS; day++) {
    for (let poll = 0; poll < 48; poll++) {
      batch.clear()
      for (const id of ids)
        batch.add(id, clock.now, verdictAt(id, clock.now), 0, 200, 20 + ((id * 7 + poll * 13) % 400))
      history.record(batch, () => 'the answer took too long')
      clock.now += 30 * MINUTE
      history.flush()
    }
    largest = Math.max(largest, sizeOf(file))
    // ava takes a thread that says nothing for two minutes as hung.
    await setImmediate()
  }
  t.true(largest <= LIMIT, `the file and its log took ${largest} bytes of ${LIMIT}`)
  t.true(largest > LIMIT / 2, `only ${largest} bytes were used`)
  for (const id of [1, 10, 99, 100]) {
    const { buckets } = history.series(id, START, clock.now, DAY)
    t.true(buckets.length > 30)
    for (const { at, polls, down } of buckets) {
      t.is(polls, 48)
      t.is(down, id % 10 === 0 ? 2 : 0)
      t.true(at >= START && at < clock.now)
    }
  }
  const { incidents, oldest } = incidentsIn(file)
  t.true(incidents > 0)
  // They have a share of their own, and so has the time that was watched.
  t.true(oldest > START && oldest < clock.now - 30 * DAY)
  history.close()
  t.true(sizeOf(file) <= LIMIT)
})

/** The database and its write-ahead log, in bytes. */
function sizeOf(file: string): number {
  return ['', '-wal'].reduce(
    (sum, part) => sum + (statSync(`${file}${part}`, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}

/** How many incidents there are, and since when is watched. */
function incidentsIn(file: string): { incidents: number; oldest: number } {
  const db = openReadOnly(file)
  const count =
    'SELECT (SELECT count(*) FROM incidents) AS incidents, (SELECT min(begin) FROM watched) AS oldest'
  const row = db.prepare(count).get()
  db.close()
  return { incidents: Number(row?.['incidents']), oldest: Number(row?.['oldest']) }
}
