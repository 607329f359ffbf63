import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import { AlertStore, KEPT_DELIVERIES } from '../../src/alerts/store/alert-store.ts'
import { openDatabase } from '../../src/sqlite/database.ts'
import { StoreError } from '../../src/sqlite/store-error.ts'
import { alertOf, plannerOptions, START, webRule } from '../helpers/alert-samples.ts'
import { directoryOf } from '../helpers/directory.ts'
import { smallDisk } from '../helpers/small-disk.ts'

/** A store with the planner that it is for. */
class Opened {
  readonly warnings: string[] = []
  readonly store: AlertStore
  readonly planner: NotificationPlanner
  now = START
  #alerts = 0

  constructor(file: string) {
    this.store = new AlertStore(file, { now: () => this.now, warn: (line) => this.warnings.push(line) })
    const options = plannerOptions({ rules: [webRule({ groupWaitMs: 0 })], instance: this.store.instance })
    this.planner = new NotificationPlanner(options, this.store.loadPlan(), this.now)
    this.store.takeSnapshot = () => this.planner.snapshot()
  }

  /** Tells of alerts, one notification each. */
  tell(count = 1): void {
    for (let n = 0; n < count; n++) {
      this.planner.apply([{ type: 'fired', alert: alertOf(`a${this.#alerts++}`) }], this.now)
      this.store.write(this.planner.tick(this.now))
    }
  }
}

function open(t: ExecutionContext, file: string): Opened {
  const opened = new Opened(file)
  t.teardown(() => opened.store.close())
  return opened
}

const fileOf = (t: ExecutionContext): string => join(directoryOf(t), 'alerts.db')

/** A file that holds so many notifications, and is closed. */
function writtenFile(t: ExecutionContext, count?: number): string {
  const file = fileOf(t)
  const one = open(t, file)
  one.tell(count)
  one.store.close()
  return file
}

/** Closes it, and opens it again. */
function again(t: ExecutionContext, { store }: Opened, file: string): Opened {
  store.close()
  return open(t, file)
}

test('what was written is there when the file is opened again', (t) => {
  const file = fileOf(t)
  const one = open(t, file)
  one.tell(2)
  one.planner.silence({
    id: 's',
    urls: [],
    match: [],
    author: 'me',
    comment: 'x',
    from: START,
    to: START + 1,
  })
  one.planner.acknowledge(alertOf('a0').key, 'me', START)
  one.store.setPause('ops', START + 1)
  one.store.setPause('chat', START + 1)
  one.store.setPause('chat', null)
  one.store.write(one.planner.tick(START))
  const { instance } = one.store
  const pending = one.store.loadPending()
  t.is(pending.length, 2)
  const two = again(t, one, file)
  t.is(two.store.instance, instance)
  t.deepEqual([...two.store.pauses], [['ops', START + 1]])
  t.deepEqual(two.store.loadPending(), pending)
  // JSON has no NaN, and a URL without a certificate has.
  t.deepEqual(two.planner.alerts(), one.planner.alerts())
  t.is(two.planner.alerts()[0]?.alert.state?.certificateExpiresAt, Number.NaN)
  t.deepEqual(two.planner.groups(), one.planner.groups())
  t.deepEqual(two.planner.silences(), one.planner.silences())
  t.is(two.store.notification(2)?.alerts[0]?.key, alertOf('a1').key)
  t.is(two.store.notification(3), null)
  // What is over is gone.
  two.planner.apply(
    two.planner.alerts().map(({ alert }) => ({ type: 'resolved', alert })),
    START + 1,
  )
  two.store.write(two.planner.tick(START + 1))
  const three = again(t, two, file)
  t.deepEqual([three.planner.alerts(), three.planner.groups(), three.planner.silences()], [[], [], []])
  t.is(three.store.loadPlan().marks?.sequence, 3)
})

test('what was killed has all that was written', (t) => {
  const file = fileOf(t)
  const one = open(t, file)
  one.tell(3)
  const copy = join(directoryOf(t), 'copy.db')
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${copy}${end}`)
  t.is(open(t, copy).store.loadPending().length, 3)
})

test('each file makes ids of its own', (t) => {
  const ids = [fileOf(t), fileOf(t), ':memory:', ':memory:'].map((file) => {
    const one = open(t, file)
    one.tell()
    return one.store.notification(1)?.id
  })
  t.is(new Set(ids).size, 4)
})

test('a file that another headcount writes is refused', (t) => {
  const file = fileOf(t)
  open(t, file)
  const error = t.throws(() => new Opened(file), { instanceOf: StoreError })
  t.is(error.fault, 'in-use')
  t.is(error.message, `alert state ${file}: another headcount writes it`)
})

test('a file of a newer headcount, and one of another kind, is refused and stays as it is', (t) => {
  const file = fileOf(t)
  open(t, file).store.close()
  const db = openDatabase(file)
  db.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  const before = readFileSync(file)
  const newer = t.throws(() => new Opened(file), { instanceOf: StoreError })
  t.is(newer.fault, 'newer')
  t.deepEqual(readFileSync(file), before)
  writeFileSync(file, 'x'.repeat(5_000))
  const foreign = t.throws(() => new Opened(file), { instanceOf: StoreError })
  t.is(foreign.fault, 'foreign')
  t.is(foreign.message, `alert state ${file}: this file is not an alert state of headcount`)
})

test('a file with a damaged page is set aside with a line', (t) => {
  const file = writtenFile(t, 50)
  const bytes = readFileSync(file)
  bytes.fill(0x5a, 4_096)
  writeFileSync(file, bytes)
  const two = open(t, file)
  t.regex(two.warnings.join('\n'), /^alert state .*: the file is damaged \(.+\); it is kept as .*\.damaged-/)
  t.deepEqual(two.store.loadPending(), [])
  two.tell()
  t.is(two.store.loadPending().length, 1)
})

test('a file with a damaged row is set aside with a line', (t) => {
  const file = writtenFile(t, 2)
  const db = openDatabase(file)
  db.exec(`UPDATE alerts SET data = '{"groupKey' WHERE id = 1`)
  db.close()
  const two = open(t, file)
  t.regex(
    two.warnings.join('\n'),
    /the file is damaged \(a row holds no JSON: .*; it is kept as .*\.damaged-/,
  )
  t.is(two.warnings.length, 1)
  two.tell()
  t.is(two.store.loadPending().length, 1)
})

test('a file that is removed with its folder is kept in memory, and who asks for what is gone is told so', (t) => {
  const folder = join(directoryOf(t), 'folder')
  mkdirSync(folder)
  const one = open(t, join(folder, 'alerts.db'))
  one.tell(2)
  rmSync(folder, { recursive: true })
  one.tell(1)
  t.regex(one.warnings.at(-1) ?? '', /; alerts are sent from memory until it can be written/)
  t.is(one.store.notification(1)?.alerts[0]?.key, alertOf('a0').key)
  t.true(one.store.hasDelivery({ sequence: 3, receiver: 'ops' }))
  t.throws(() => one.store.hasDelivery({ sequence: 3, receiver: 'chat' }), { instanceOf: StoreError })
  t.throws(() => one.store.latest('sent', 10), { instanceOf: StoreError })
  mkdirSync(folder)
  one.now = one.store.retryAt
  one.store.retry()
  t.is(one.store.retryAt, Infinity)
  t.false(one.store.hasDelivery({ sequence: 3, receiver: 'chat' }))
  t.is(one.store.loadPending().length, 3)
})

test('a file that is removed is written again whole', (t) => {
  const file = fileOf(t)
  const one = open(t, file)
  one.tell(3)
  renameSync(file, `${file}.moved`)
  one.tell()
  t.is(one.warnings.length, 1)
  t.regex(one.warnings[0] ?? '', /the file was removed or replaced, and a new one begins/)
  const two = again(t, one, file)
  t.is(two.store.loadPending().length, 4)
  t.is(two.planner.alerts().length, 4)
  t.is(two.store.loadPlan().marks?.sequence, 4)
})

for (const isNew of [true, false])
  test(`a log that is removed is noticed, and nothing is lost when the process is killed: ${isNew ? 'new' : 'old'} file`, (t) => {
    const file = fileOf(t)
    if (!isNew) new Opened(file).store.close()
    const one = open(t, file)
    if (isNew) one.tell(3)
    rmSync(`${file}-wal`)
    one.tell(2)
    t.is(one.warnings.length, 1)
    t.regex(one.warnings[0] ?? '', /its log .*-wal was removed or replaced, and a new one begins$/)
    const copy = `${file}-copy`
    for (const part of ['', '-wal']) copyFileSync(`${file}${part}`, `${copy}${part}`)
    const count = isNew ? 5 : 2
    t.is(open(t, copy).store.loadPending().length, count)
  })

for (const [table, from, to] of [
  ['alerts', '"alert":', '"alert!":'],
  ['alerts', '"groupKey":', '"groupKeY":'],
  ['groups', '"key":', '"kez":'],
  ['groups', '{"key"', '["key"'],
] as const)
  test(`a row of ${table} with ${to} instead of ${from} is damaged`, (t) => {
    const file = writtenFile(t)
    const db = openDatabase(file)
    db.prepare(`UPDATE ${table} SET data = replace(data, ?, ?)`).run(from, to)
    db.close()
    const two = open(t, file)
    t.regex(two.warnings.join('\n'), /the file is damaged \(a row .*; it is kept as .*\.damaged-/)
  })

test('a notification that is damaged is lost, and the next of its group is not', (t) => {
  const file = writtenFile(t, 2)
  const db = openDatabase(file)
  const change = db.prepare('UPDATE notifications SET data = replace(data, ?, ?) WHERE sequence = ?')
  change.run('"alerts":', '"alertz":', 1)
  db.close()
  const { store } = open(t, file)
  t.is(store.notification(1), null)
  t.is(store.notification(2)?.alerts.length, 1)
  const other = openDatabase(file)
  other.prepare('UPDATE notifications SET data = ? WHERE sequence = 2').run('{')
  other.close()
  t.is(store.notification(2), null)
})

test('a file that is damaged while it is open is set aside, and written again with what can be read', (t) => {
  const file = fileOf(t)
  const one = open(t, file)
  one.tell(20)
  const db = openDatabase(file)
  db.exec('DROP TABLE alerts')
  db.close()
  one.tell()
  const { warnings } = one
  t.is(warnings.length, 1)
  t.regex(warnings[0] ?? '', /it is kept as .*, and a new one begins/)
  t.true(readdirSync(join(file, '..')).some((name) => name.includes('.damaged-')))
  const two = again(t, one, file)
  t.is(two.planner.alerts().length, 21)
  t.is(two.store.loadPending().length, 21)
  t.deepEqual(two.warnings, [])
})

test('sent and dead deliveries are kept up to a bound', (t) => {
  const file = fileOf(t)
  const one = open(t, file)
  const count = 2 * KEPT_DELIVERIES + 300
  one.tell(count)
  for (const row of one.store.loadPending()) {
    one.now += 1
    const state = row.sequence % 2 === 0 ? 'sent' : 'dead'
    if (row.sequence !== count) one.store.update({ ...row, state, finishedAt: one.now, said: 'so' })
  }
  const sent = one.store.latest('sent', 1e6)
  const dead = one.store.latest('dead', 1e6)
  t.true(sent.length >= KEPT_DELIVERIES && sent.length < KEPT_DELIVERIES + 100, `${sent.length}`)
  t.true(dead.length >= KEPT_DELIVERIES && dead.length < KEPT_DELIVERIES + 100, `${dead.length}`)
  t.is(dead[0]?.sequence, count - 1)
  t.is(one.store.latest('dead', 3).length, 3)
  t.is(one.store.notification(1), null)
  t.deepEqual(
    one.store.loadPending().map(({ sequence }) => sequence),
    [count],
  )
  t.true(one.store.hasDelivery({ sequence: count, receiver: 'ops' }))
  t.false(one.store.hasDelivery({ sequence: count, receiver: 'chat' }))
})

test('who has a notification is known as long as another is to be told of it', (t) => {
  const one = open(t, fileOf(t))
  one.tell(KEPT_DELIVERIES + 200)
  const [first, ...others] = one.store.loadPending()
  if (first === undefined) return t.fail()
  one.store.update(first, { ...first, receiver: 'chat', state: 'sent', finishedAt: one.now })
  for (const row of others) one.store.update({ ...row, state: 'sent', finishedAt: one.now + row.sequence })
  t.true(one.store.hasDelivery({ sequence: first.sequence, receiver: 'chat' }))
  t.false(one.store.hasDelivery({ sequence: first.sequence + 1, receiver: 'ops' }))
})

test('on a disk that is full all goes on in memory, and is written when there is room again', (t) => {
  const directory = smallDisk(t, 3_000)
  if (directory === null) return
  const file = join(directory, 'alerts.db')
  const one = open(t, file)
  one.tell(2)
  t.throws(() => writeFileSync(join(directory, 'ballast'), Buffer.alloc(4_000_000)))
  one.tell(300)
  t.is(one.warnings.length, 1)
  t.regex(
    one.warnings[0] ?? '',
    /full; alerts are sent from memory until it can be written, and may be sent again after a restart$/,
  )
  t.is(one.store.notification(302)?.alerts[0]?.key, alertOf('a301').key)
  const [row] = one.store.write({ ...one.planner.tick(one.now) })
  t.is(row, undefined)
  t.true(one.store.retryAt < Infinity)
  t.true(one.store.hasDelivery({ sequence: 302, receiver: 'ops' }))
  writeFileSync(join(directory, 'ballast'), '')
  one.now = one.store.retryAt
  one.store.retry()
  t.is(one.store.retryAt, Infinity)
  t.deepEqual(one.warnings.slice(1), [`alert state ${file}: it is written again`])
  const two = again(t, one, file)
  t.is(two.store.loadPending().length, 302)
  t.is(two.planner.alerts().length, 302)
})
