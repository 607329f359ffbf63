import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { History } from '../../src/history/history.ts'
import { DURATION_ERROR } from '../../src/history/duration-code.ts'
import { openToRead } from '../../src/history/open-to-read.ts'
import { pragma } from '../../src/sqlite/database.ts'
import { StoreError } from '../../src/sqlite/store-error.ts'
import { DOWN, MAINTENANCE, PollBatch, UNKNOWN, UP } from '../../src/history/poll-batch.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { directoryOf } from '../helpers/directory.ts'

const START = Date.UTC(2026, 0, 5)
const MINUTE = 60_000

/** A history with a clock of its own. */
function open(t: ExecutionContext, file = ':memory:') {
  const clock = { now: START }
  const warnings: string[] = []
  const history = History.open(file, {
    sizeLimit: 1e9,
    now: () => clock.now,
    warn: (line) => warnings.push(line),
  })
  t.teardown(() => history.close())
  return { history, clock, warnings }
}

const keyed = (...keys: string[]) => keys.map((key) => ({ key, name: key, labels: '' }))

/** Records one poll at the time of the clock. */
function poll(history: History, at: number, url: number, verdict: number, reason = 'ok', ms = 100): void {
  const batch = new PollBatch()
  batch.add(url, at, verdict, REASONS.indexOf(reason as never), verdict === UP ? 200 : 503, ms)
  history.record(batch, () => `seen ${reason}`)
}

test('ids stay, also across restarts', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const first = open(t, file)
  t.deepEqual([...first.history.urls(keyed('a', 'b', 'a'))], [1, 2, 1])
  first.history.close()
  const { history } = open(t, file)
  t.deepEqual([...history.urls(keyed('c', 'b'))], [3, 2])
  t.is(history.find('a'), 1)
})

test('incidents, uptime, sums and polls of a URL', (t) => {
  const { history, clock } = open(t)
  const [url = 0] = history.urls(keyed('a'))
  history.flush()
  for (let minute = 0; minute < 60; minute++) {
    const isDown = minute >= 20 && minute < 35
    poll(history, clock.now, url, isDown ? DOWN : UP, isDown ? (minute < 25 ? 'status' : 'timeout') : 'ok')
    for (let beat = 0; beat < 6; beat++) {
      clock.now += 10_000
      history.flush()
    }
  }
  const uptime = history.uptime(url, START - MINUTE, clock.now)
  t.deepEqual(uptime, {
    upSeconds: 45 * 60,
    downSeconds: 15 * 60,
    unknownSeconds: 0,
    maintenanceSeconds: 0,
    notWatchedSeconds: 60,
    ratio: 0.75,
  })
  const { incidents, next } = history.incidents({ from: START, to: clock.now, limit: 10 })
  t.is(next, null)
  t.is(incidents.length, 1)
  t.like(incidents[0], { url, verdict: 'down', begin: START + 20 * MINUTE, end: START + 35 * MINUTE })
  t.deepEqual(
    incidents[0]?.reasons.map(({ reason, polls, seen }) => [reason, polls, seen]),
    [
      ['status', 5, 'seen status'],
      ['timeout', 10, 'seen timeout'],
    ],
  )
  const { buckets } = history.series(url, START, clock.now, 3_600_000)
  t.like(buckets[0], { at: START, polls: 60, up: 45, down: 15 })
  t.true(Math.abs((buckets[0]?.p50 ?? 0) / 100 - 1) <= DURATION_ERROR)
  t.is(history.series(url, START, clock.now, 300_000).buckets.length, 12)
  t.is(history.polls(url, 50).length, 50)
  t.like(history.polls(url, 1)[0], { at: clock.now - MINUTE, verdict: 'up', reason: 'ok', status: 200 })
})

test('the time from the first poll until the first writing is watched', (t) => {
  const { history, clock } = open(t)
  const [url = 0] = history.urls(keyed('a'))
  poll(history, START, url, DOWN, 'status')
  poll(history, START + 1_500, url, UP)
  clock.now = START + 2_000
  history.flush()
  t.like(history.uptime(url, START, clock.now), {
    upSeconds: 0.5,
    downSeconds: 1.5,
    notWatchedSeconds: 0,
    ratio: 0.25,
  })
})

test('polls that waited while the machine was suspended do not make that time watched', (t) => {
  const { history, clock } = open(t)
  const [url = 0] = history.urls(keyed('a'))
  poll(history, START, url, UP)
  clock.now = START + 2_000
  history.flush()
  poll(history, clock.now + 1_000, url, UP)
  clock.now += 3_600_000
  history.flush()
  t.true(history.uptime(url, START, clock.now).notWatchedSeconds >= 3_600 - 15)
})

test('a file is locked under all its names, and one with hard links is refused', (t) => {
  const directory = directoryOf(t)
  const [file, soft, hard] = ['h.db', 'soft.db', 'hard.db'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  const first = open(t, file)
  first.history.flush()
  symlinkSync(file, soft)
  t.is(t.throws(() => open(t, soft), { instanceOf: StoreError }).fault, 'in-use')
  linkSync(file, hard)
  t.regex(t.throws(() => open(t, hard), { instanceOf: StoreError }).message, /hard link/)
})

test('a second process is refused, and a removed file noticed', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const { history } = open(t, file)
  const error = t.throws(() => open(t, file), { instanceOf: StoreError })
  t.is(error.fault, 'in-use')
  rmSync(file)
  t.is(t.throws(() => history.flush(), { instanceOf: StoreError }).fault, 'removed')
  const again = open(t, file)
  again.history.flush()
  t.true(existsSync(file))
  again.history.close()
  t.deepEqual(readdirSync(join(file, '..')).toSorted(), ['h.db', 'h.db-lock'])
})

test('its log is part of what a history takes', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const { history } = open(t, file)
  history.urls(keyed('a'))
  const reader = openToRead(file)
  const pages = pragma(reader.db, 'page_count')
  reader.close()
  t.is(history.size, pages * 4_096 + statSync(`${file}-wal`).size)
})

test('a log that is removed while it is written is noticed, and nothing is lost', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const link = join(directoryOf(t), 'link.db')
  symlinkSync(file, link)
  writeFileSync(file, '')
  const { history, clock } = open(t, link)
  const [url = 0] = history.urls(keyed('a'))
  poll(history, clock.now, url, UP)
  history.flush()
  rmSync(`${file}-wal`)
  const error = t.throws(() => history.flush(), { instanceOf: StoreError })
  t.is(error.fault, 'removed')
  t.regex(error.message, /its log .*h\.db-wal was removed or replaced$/)
  t.is(open(t, link).history.polls(url, 9).length, 1)
})

test('a symbolic link to nothing is refused', (t) => {
  const link = join(directoryOf(t), 'link.db')
  symlinkSync('/nowhere/h.db', link)
  const error = t.throws(() => open(t, link), { instanceOf: StoreError })
  t.is(error.fault, 'foreign')
  t.regex(error.message, /link\.db: it is a symbolic link to \/nowhere\/h\.db, which does not exist$/)
})

test('while the clock is behind what was recorded, polls are left out, which is said once', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const { history, clock, warnings } = open(t, file)
  const [url = 0] = history.urls(keyed('a'))
  const pollAt = (minute: number, verdict: number, into = history, at = clock) => {
    at.now = START + minute * MINUTE
    poll(into, at.now, url, verdict, verdict === UP ? 'ok' : 'timeout')
    into.flush()
  }
  for (let minute = 0; minute < 60; minute++) {
    pollAt(minute, minute === 40 ? DOWN : UP)
    for (let beat = 1; beat < 6; beat++) {
      clock.now += 10_000
      history.flush()
    }
  }
  const before = history.uptime(url, START, START + 59 * MINUTE)
  t.is(before.downSeconds, 60)
  // Back by half an hour: what is polled now would be another truth about that time.
  for (let minute = 29; minute < 58; minute++) pollAt(minute, DOWN)
  t.is(history.dropped, 29)
  t.deepEqual(history.uptime(url, START, START + 59 * MINUTE), before)
  t.is(warnings.length, 1)
  t.regex(
    warnings[0] ?? '',
    /the clock was set back; polls are recorded again after 2026-01-05T00:59:50.000Z/,
  )
  // A step of some seconds is no such thing.
  pollAt(61, UP)
  pollAt(60.9, DOWN)
  t.is(history.dropped, 29)
  t.is(history.incidents({ from: START, to: clock.now + MINUTE, limit: 9 }).incidents.length, 2)
  history.close()
  // The same after a restart.
  const again = open(t, file)
  pollAt(30, DOWN, again.history, again.clock)
  t.is(again.history.dropped, 1)
  t.is(again.history.incidents({ from: START, to: START + 59 * MINUTE, limit: 9 }).incidents.length, 1)
})

test('time that a clock set back leaves without polls is not watched', (t) => {
  const file = join(directoryOf(t), 'h.db')
  const first = open(t, file)
  const [url = 0] = first.history.urls(keyed('a'))
  const run = ({ history, clock }: ReturnType<typeof open>, from: number, to: number, verdict: number) => {
    for (clock.now = START + from; clock.now <= START + to; clock.now += 1_000) {
      poll(history, clock.now, url, verdict, verdict === UP ? 'ok' : 'status')
      history.flush()
    }
  }
  run(first, 0, 10_000, UP)
  // Ahead by an hour, then back: it is down, and none of these polls is recorded.
  run(first, 3_600_000, 3_610_000, UP)
  run(first, 20_000, 600_000, DOWN)
  first.history.close()
  const again = open(t, file)
  run(again, 610_000, 1_200_000, DOWN)
  t.is(again.history.dropped, 591)
  t.like(again.history.uptime(url, START, START + 7_200_000), { upSeconds: 20, notWatchedSeconds: 7_180 })
  // Once the clock has passed that time, it is watched again. The first poll says what is true now.
  run(again, 3_700_000, 3_710_000, DOWN)
  t.like(again.history.uptime(url, START, START + 7_200_000), { upSeconds: 20, downSeconds: 10 })
})

test('what is known without a poll makes an incident, and is in no sum', (t) => {
  const { history, clock } = open(t)
  const [url = 0] = history.urls(keyed('a'))
  poll(history, clock.now, url, UP)
  const batch = new PollBatch()
  batch.add(url, clock.now + 1_000, DOWN, REASONS.indexOf('timeout'), 0, 0)
  history.observe(batch)
  history.observe(batch)
  poll(history, clock.now + 2_000, url, UP)
  clock.now += 10_000
  history.flush()
  const { incidents } = history.incidents({ from: START, to: clock.now, limit: 10 })
  t.deepEqual(
    incidents.map(({ begin, end, reasons }) => [begin, end, reasons[0]?.polls]),
    [[START + 1_000, START + 2_000, 0]],
  )
  t.like(history.series(url, START, clock.now, 300_000).buckets[0], { polls: 2, up: 2, down: 0 })
})

test('after a kill, the last state of a URL has all of its consecutive errors', (t) => {
  const directory = directoryOf(t)
  const [file, copy] = [join(directory, 'a.db'), join(directory, 'b.db')]
  const { history, clock } = open(t, file)
  const [url = 0] = history.urls(keyed('a'))
  poll(history, START, url, UP)
  for (let n = 1; n <= 5; n++) {
    clock.now = START + n * 1_000
    poll(history, clock.now, url, DOWN, n <= 2 ? 'refused' : 'timeout')
    history.flush()
  }
  // As a program leaves it that is killed now.
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${copy}${end}`)
  const states: unknown[] = []
  open(t, copy).history.lastStates((state) => states.push(state))
  t.like(states, [
    { verdict: 'down', reason: 'timeout', since: START + 1_000, errCount: 5, lastAt: START + 5_000 },
  ])
  t.is(states.length, 1)
})

test('the last verdict that said something of a URL is known, whatever came after it', (t) => {
  const { history, clock } = open(t)
  const urls = history.urls(keyed('a', 'b', 'c', 'd', 'e', 'f', 'g'))
  const courses = [
    [UP],
    [UP, UNKNOWN],
    [UP, DOWN, UNKNOWN],
    [DOWN, UP, UNKNOWN, MAINTENANCE, UNKNOWN],
    [DOWN, MAINTENANCE, UNKNOWN, MAINTENANCE],
    [UNKNOWN, MAINTENANCE],
    [UP, DOWN],
  ]
  for (let n = 0; n < 5; n++) {
    clock.now += 1_000
    for (const [at, course] of courses.entries())
      poll(history, clock.now, urls[at] as number, course[n] ?? (course.at(-1) as number), 'local')
  }
  history.flush()
  const settled: unknown[] = []
  history.lastStates((state) => settled.push(state.settled))
  t.deepEqual(settled, ['up', 'up', 'down', 'up', 'down', null, 'down'])
})
