import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { History } from '../../src/history/history.ts'
import { StoreError } from '../../src/sqlite/store-error.ts'
import type { StoreFault } from '../../src/sqlite/store-error.ts'
import { DOWN, PollBatch, UP } from '../../src/history/poll-batch.ts'
import { openToRead } from '../../src/history/open-to-read.ts'
import { openDatabase } from '../../src/sqlite/database.ts'
import { backup } from '../../src/history/tool/backup.ts'
import { directoryOf } from '../helpers/directory.ts'
import { seeded } from '../helpers/random.ts'
import { smallDisk } from '../helpers/small-disk.ts'
import { repetitions } from '../helpers/thorough.ts'

const START = Date.UTC(2026, 0, 5)
const FLUSH_MS = 10_000
const URLS = 50

interface Opened {
  readonly history: History
  readonly clock: { now: number }
  readonly warnings: string[]
}

function open(file: string, sizeLimit = 1e9): Opened {
  const clock = { now: START }
  const warnings: string[] = []
  const history = History.open(file, { sizeLimit, now: () => clock.now, warn: (line) => warnings.push(line) })
  history.urls(
    Array.from({ length: URLS }, (_, url) => ({ key: `https://host${url}.example`, name: '', labels: '' })),
  )
  return { history, clock, warnings }
}

/** Records `flushes` flushes of a poll of each URL. */
function record({ history, clock }: Opened, flushes: number): void {
  const batch = new PollBatch()
  for (let flush = 0; flush < flushes; flush++) {
    batch.clear()
    for (let url = 1; url <= URLS; url++)
      batch.add(url, clock.now, (url + flush) % 9 === 0 ? DOWN : UP, 0, 200, url * 10)
    history.record(batch, () => 'x'.repeat(300))
    clock.now += FLUSH_MS
    history.flush()
  }
}

function throwsFault(t: ExecutionContext, fault: StoreFault, action: () => void, message: RegExp): void {
  const error = t.throws(action, { instanceOf: StoreError })
  t.is(error.fault, fault)
  t.regex(error.message, message)
}

test('a file of a newer headcount is refused and stays as it is', (t) => {
  const file = join(directoryOf(t), 'h.db')
  open(file).history.close()
  const db = openDatabase(file)
  db.exec('PRAGMA user_version = 99')
  db.close()
  const before = readFileSync(file)
  throwsFault(
    t,
    'newer',
    () => open(file),
    /a newer headcount wrote it \(version 99; this one knows versions up to \d+\)$/,
  )
  t.deepEqual(readFileSync(file), before)
})

test('a pipe, a folder and a file whose log is missing are not read', (t) => {
  const directory = directoryOf(t)
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  throwsFault(t, 'foreign', () => open(pipe), /it is not a file$/)
  throwsFault(t, 'foreign', () => openToRead(pipe), /it is not a file$/)
  throwsFault(t, 'foreign', () => openToRead(directory), /it is not a file$/)
  const [file, copy] = ['h.db', 'copy.db'].map((name) => join(directory, name)) as [string, string]
  const opened = open(file)
  copyFileSync(file, copy)
  throwsFault(t, 'io', () => openToRead(copy), /its log .*copy\.db-wal is missing$/)
  opened.history.close()
})

test('a file that is no history is refused and stays as it is', (t) => {
  const directory = directoryOf(t)
  const text = join(directory, 'list.txt')
  writeFileSync(text, 'https://example.com\n'.repeat(20))
  const other = join(directory, 'other.db')
  const db = openDatabase(other)
  db.exec('CREATE TABLE other (column)')
  db.close()
  for (const file of [text, other]) {
    const before = readFileSync(file)
    throwsFault(t, 'foreign', () => open(file), /is not a history of headcount/)
    t.deepEqual(readFileSync(file), before)
  }
  throwsFault(t, 'foreign', () => open(directory), /it is not a file$/)
  throwsFault(t, 'io', () => open(join(directory, 'no', 'h.db')), /cannot be opened or created/)
})

test('a bound that cannot hold the URLs is a full disk', (t) => {
  const { history } = open(join(directoryOf(t), 'h.db'), 1)
  const many = Array.from({ length: 40_000 }, (_, url) => ({
    key: `${url}`.padStart(200),
    name: '',
    labels: '',
  }))
  throwsFault(t, 'full', () => history.urls(many), /--history-size of 4\.2 MB is too small/)
  t.deepEqual(history.series(1, START, START + 1, 300_000).buckets, [])
  history.close()
})

test('a history on a disk that is full goes on when there is room again', (t) => {
  const directory = smallDisk(t, 1_500)
  if (directory === null) return
  const file = join(directory, 'h.db')
  const opened = open(file)
  record(opened, 5)
  const ballast = join(directory, 'ballast')
  t.throws(() => writeFileSync(ballast, Buffer.alloc(2_000_000)))
  throwsFault(t, 'full', () => record(opened, 200), /full/)
  t.true(opened.history.dropped > 0)
  t.is(opened.history.failure instanceof StoreError, true)
  t.is(opened.history.series(1, START, opened.clock.now, 300_000).buckets[0]?.polls, 5)
  writeFileSync(ballast, '')
  opened.clock.now += 60_000
  opened.history.flush()
  record(opened, 2)
  t.is(opened.history.failure, null)
  opened.history.close()
  const again = open(file)
  t.is(again.history.polls(1, 100).length, 7)
  again.history.close()
})

test('a copy over a history that was killed is set aside, and the line says why', (t) => {
  const directory = directoryOf(t)
  const [file, copy] = [join(directory, 'h.db'), join(directory, 'copy.db')]
  const first = open(file)
  record(first, 20)
  backup(file, copy)
  record(first, 100)
  first.history.close()
  const second = open(file)
  second.clock.now = first.clock.now
  record(second, 5)
  // As it is beside a history whose program was killed.
  const log = readFileSync(`${file}-wal`)
  second.history.close()
  const restore = () => {
    writeFileSync(file, readFileSync(copy))
    const again = open(file)
    again.history.close()
    return again.warnings
  }
  writeFileSync(`${file}-wal`, log)
  t.regex(
    restore().join('\n'),
    /the file is damaged \(.+\); .*; if it was copied here, remove .*h\.db-wal and .*h\.db-shm/,
  )
  t.deepEqual(restore(), [])
})

test('a history with damaged bytes says what it said, or is set aside with a line', (t) => {
  // Always the same damage: SQLite has no checksums, so that some cannot be seen, such as another time in the key of a row.
  const { below } = seeded(20_261_128)
  const directory = directoryOf(t)
  const original = join(directory, 'original.db')
  const opened = open(original)
  record(opened, 100)
  const sums = sumsOf(opened.history)
  opened.history.close()
  const bytes = readFileSync(original)
  let setAside = 0
  for (let round = 0; round < repetitions(20, 300); round++) {
    const file = join(directory, `${round}.db`)
    const damaged = Buffer.from(bytes)
    for (let count = 1 + below(8); count > 0; count--) damaged[below(damaged.length)] = below(256)
    writeFileSync(file, damaged)
    setAside += checkDamaged(t, file, sums) ? 1 : 0
  }
  t.true(setAside > 0)
})

/** Whether it was set aside. */
function checkDamaged(t: ExecutionContext, file: string, sums: string): boolean {
  try {
    const opened = open(file)
    opened.clock.now += 1e7
    if (opened.warnings.length === 0) t.is(sumsOf(opened.history), sums)
    record(opened, 40)
    opened.history.close()
    // A time that was damaged may lie ahead, as if the clock had been set back.
    if (opened.warnings.every((line) => line.includes('the clock was set back'))) return false
    t.regex(opened.warnings[0] ?? '', /the file is damaged \(.+\); it is kept as .*damaged-/)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    if (error.fault === 'foreign' || error.fault === 'newer') return false
    t.is(error.fault, 'damaged', error.message)
    // The next one is new, and works.
    const opened = open(file)
    record(opened, 2)
    opened.history.close()
  }
  const { dir, base } = { dir: join(file, '..'), base: file.slice(file.lastIndexOf('/') + 1) }
  t.true(readdirSync(dir).some((name) => name.startsWith(`${base}.damaged-`)))
  t.true(existsSync(file))
  return true
}

function sumsOf(history: History): string {
  return JSON.stringify(
    Array.from({ length: URLS }, (_, url) =>
      [300_000, 3_600_000, 86_400_000].map(
        (step) => history.series(url + 1, START, START + 1e6, step).buckets,
      ),
    ),
  )
}
