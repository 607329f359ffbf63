import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { AlertChange } from '../../../src/alerts/alert.ts'
import { NotificationPlanner } from '../../../src/alerts/plan/notification-planner.ts'
import { ALERT_SCHEMA } from '../../../src/alerts/store/alert-schema.ts'
import { AlertStore } from '../../../src/alerts/store/alert-store.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { openFile } from '../../../src/sqlite/open-file.ts'
import { alertOf, plannerOptions, START, webRule } from '../../helpers/alert-samples.ts'
import { directoryOf } from '../../helpers/directory.ts'

const WAIT_MS = 10_000

/** Does one turn with a file that is opened for it, or goes on with one that is open. */
class Turns {
  readonly #file: string
  #store: AlertStore
  #planner: NotificationPlanner
  #now = START

  constructor(t: ExecutionContext, file: string) {
    this.#file = file
    this.#store = this.#open()
    this.#planner = this.#plan()
    t.teardown(() => this.#store.close())
  }

  turn(ms: number, changes: readonly AlertChange[] = []): void {
    this.#now += ms
    this.#planner.apply(changes, this.#now)
    this.#store.write(this.#planner.tick(this.#now))
  }

  /** Nobody is told of an alert that is called `muted`. */
  silence(): void {
    const urls = [alertOf('muted').url]
    const silence = {
      id: 's',
      urls,
      match: [],
      author: 'me',
      comment: '',
      from: this.#now,
      to: this.#now + 1e6,
    }
    this.#planner.silence(silence)
  }

  /** Phases by the path of the URL, as another run reads them. */
  reopen(): string[] {
    this.#store.close()
    this.#store = this.#open()
    this.#planner = this.#plan()
    return this.#planner.alerts().map(({ alert, phase }) => `${alert.key.split('/').at(-1)} ${phase}`)
  }

  /** What the file has, while it is open. */
  read(sql: string): unknown[] {
    const db = openDatabase(this.#file, true)
    try {
      return db
        .prepare(sql)
        .all()
        .flatMap((row) => Object.values(row))
    } finally {
      db.close()
    }
  }

  #open(): AlertStore {
    return new AlertStore(this.#file, {
      now: () => this.#now,
      warn: (line) => {
        throw new Error(line)
      },
    })
  }

  #plan(): NotificationPlanner {
    const options = plannerOptions({ rules: [webRule({ groupWaitMs: WAIT_MS })] })
    return new NotificationPlanner(options, this.#store.loadPlan(), this.#now)
  }
}

const fired = (...names: string[]): AlertChange[] =>
  names.map((name) => ({ type: 'fired', alert: alertOf(name) }))
const resolved = (...names: string[]): AlertChange[] =>
  names.map((name) => ({ type: 'resolved', alert: alertOf(name, { resolvedAt: START, summary: 'up' }) }))

test('that alerts are told is written without their rows', (t) => {
  const file = join(directoryOf(t), 'alerts.db')
  const turns = new Turns(t, file)
  turns.turn(0, fired('a', 'b'))
  turns.turn(WAIT_MS)
  t.deepEqual(turns.read(`SELECT data ->> 'phase' FROM alerts`), ['waiting', 'waiting'])
  t.deepEqual(turns.read('SELECT phase FROM phases'), ['told', 'told'])
  t.deepEqual(turns.reopen(), ['a told', 'b told'])
})

test('labels that a URL has got since its alert was told are written too, and stay', (t) => {
  const turns = new Turns(t, join(directoryOf(t), 'alerts.db'))
  const { key } = alertOf('a')
  const relabel = (team: string): AlertChange => ({ type: 'relabelled', alert: { key, labels: { team } } })
  const sql = `SELECT data ->> 'labels' FROM alerts`
  turns.turn(0, fired('a'))
  turns.turn(WAIT_MS)
  for (const team of ['web', 'ops']) {
    turns.turn(1, [relabel(team)])
    t.deepEqual(turns.read(sql), [`{"team":"${team}"}`])
    t.deepEqual(turns.reopen(), ['a told'])
  }
  turns.turn(1, resolved('a'))
  turns.turn(1, fired('a'))
  t.deepEqual(turns.reopen(), ['a told'])
})

test('a row that is written later, or removed, takes its phase with it', (t) => {
  for (const isReopened of [false, true]) {
    const turns = new Turns(t, join(directoryOf(t), 'alerts.db'))
    const reopen = () => void (isReopened && turns.reopen())
    turns.turn(0, fired('a', 'b', 'c'))
    turns.turn(WAIT_MS)
    reopen()
    turns.turn(1, resolved('a', 'c'))
    reopen()
    t.deepEqual(turns.reopen(), ['a resolved', 'b told', 'c resolved'])
    turns.turn(1, fired('c'))
    reopen()
    turns.turn(WAIT_MS)
    t.deepEqual(turns.reopen(), ['b told', 'c told'])
    turns.turn(1, resolved('b', 'c'))
    reopen()
    turns.turn(WAIT_MS)
    // One that is muted is forgotten without an end.
    turns.silence()
    turns.turn(1, fired('muted'))
    turns.turn(WAIT_MS)
    t.deepEqual(turns.reopen(), ['muted muted'])
    turns.turn(1, resolved('muted'))
    t.deepEqual(turns.read('SELECT id FROM phases'), [])
    // It may get an id that another one had.
    turns.turn(1, fired('d', 'e', 'f'))
    t.deepEqual(turns.reopen(), ['d waiting', 'e waiting', 'f waiting'])
  }
})

test('a file of the first version goes on', (t) => {
  const file = join(directoryOf(t), 'alerts.db')
  const schema = { ...ALERT_SCHEMA, migrations: ALERT_SCHEMA.migrations.slice(0, 1) }
  const options = { walSize: 4e6, synchronous: 'FULL', now: () => START, warn: t.fail } as const
  const { db, lock } = openFile(file, { ...options, schema })
  const row = { groupKey: 'g', phase: 'told', alert: alertOf('old') }
  const nothing = { waitUntil: null, repeatAt: null, escalateFrom: null, acknowledged: null }
  const group = {
    key: 'g',
    rule: 'web',
    kind: 'down',
    ...nothing,
    escalated: 0,
    firstId: 'n',
    notified: ['ops'],
  }
  const insert = (table: string, key: string, data: unknown) =>
    db.prepare(`INSERT INTO ${table} (key, data) VALUES (?, ?)`).run(key, JSON.stringify(data))
  insert('alerts', row.alert.key, row)
  insert('groups', 'g', group)
  db.close()
  lock?.release()
  const turns = new Turns(t, file)
  t.deepEqual(turns.reopen(), ['old told'])
  turns.turn(1, fired('new'))
  turns.turn(WAIT_MS)
  t.deepEqual(turns.reopen(), ['old told', 'new told'])
})
