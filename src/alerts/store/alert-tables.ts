import type { Database } from '../../sqlite/database.ts'
import { DamagedBlob } from '../../sqlite/store-error.ts'
import type { Silence } from '../alert-rule.ts'
import type { AddressProgress, Notification } from '../notification.ts'
import type { GroupRow, SavedPlan } from '../plan/planner-state.ts'
import { fromJson, rowOf, toJson } from './alert-json.ts'
import { AlertRows } from './alert-rows.ts'
import type { DeliveryRow, DeliveryState } from './delivery-row.ts'
import { instanceField, rowsOf, sharedFields } from './shared-rows.ts'
import type { SharedFields, SharedState } from './shared-rows.ts'
import { Statements } from './statements.ts'
import type { Row } from './statements.ts'
import type { Unsaved } from './unsaved.ts'

const NOTIFICATION_FIELDS = { id: 'string', groupKey: 'string', rule: 'string', alerts: 'object' } as const

/** What a silence of an earlier version lacks. */
const FOR_ANY: Partial<Silence> = { urls: [] }

/** The tables of an open file. Methods throw what SQLite throws, and a DamagedBlob. */
export class AlertTables {
  readonly #sql: Statements
  readonly #alerts: AlertRows
  readonly #shared: SharedState | undefined

  /** `shared` is told what is written. */
  constructor(db: Database, shared?: SharedState) {
    this.#sql = new Statements(db)
    this.#shared = shared
    this.#alerts = new AlertRows(this.#sql)
  }

  get instance(): string {
    return String(this.#sql.get('SELECT instance FROM marks')?.['instance'])
  }

  readPlan(): SavedPlan {
    const marks = this.#sql.get('SELECT sequence, saved_at FROM marks')
    const savedAt = marks?.['saved_at']
    return {
      alerts: this.#alerts.read(),
      groups: this.#rows<GroupRow>('groups', ({ key }) => key),
      silences: this.#rows<Silence>('silences', ({ id }) => id).map(silenceOf),
      marks: savedAt == null ? null : { sequence: Number(marks?.['sequence']), savedAt: Number(savedAt) },
    }
  }

  /** Null: it is not there, or not as it was written. */
  readNotification(sequence: number): Notification | null {
    const row = this.#sql.get('SELECT data FROM notifications WHERE sequence = ?', sequence)
    try {
      return row === undefined ? null : rowOf<Notification>(row['data'], NOTIFICATION_FIELDS)
    } catch (error) {
      if (error instanceof DamagedBlob) return null
      throw error
    }
  }

  readDelivery(sequence: number, receiver: string): DeliveryRow | null {
    const row = this.#sql.get(
      'SELECT * FROM deliveries WHERE sequence = ? AND receiver = ?',
      sequence,
      receiver,
    )
    return row === undefined ? null : deliveryOf(row)
  }

  /** Pending ones in the order in which they were made. */
  readPending(): readonly DeliveryRow[] {
    return this.#sql.all(`SELECT * FROM deliveries WHERE state = 'pending' ORDER BY sequence`).map(deliveryOf)
  }

  /** Those that ended last, or the last ones that have not ended, the last first. */
  readLatest(state: DeliveryState, limit: number): readonly DeliveryRow[] {
    const sql = 'SELECT * FROM deliveries WHERE state = ? ORDER BY finished_at DESC, sequence DESC LIMIT ?'
    return this.#sql.all(sql, state, limit).map(deliveryOf)
  }

  readFallbacks(): ReadonlyMap<string, string> {
    const rows = this.#sql.all('SELECT key, fallback FROM fallbacks')
    return new Map(rows.map(({ key, fallback }) => [String(key), String(fallback)]))
  }

  readPauses(): ReadonlyMap<string, number> {
    const rows = this.#sql.all('SELECT receiver, until FROM pauses')
    return new Map(rows.map(({ receiver, until }) => [String(receiver), Number(until)]))
  }

  /** Within a transaction: puts the rows of another machine into tables that are empty. */
  take(fields: SharedFields): void {
    const { rows, instance } = rowsOf(fields)
    if (instance === null) this.#shared?.written([instanceField(this.instance)])
    else this.#sql.run('UPDATE marks SET instance = ?', instance)
    this.#put(rows)
  }

  /** Within a transaction. */
  write(unsaved: Unsaved): void {
    this.#put(unsaved)
    this.#shared?.written(sharedFields(unsaved, (sequence) => this.#deliveriesOf(sequence)))
  }

  #deliveriesOf(sequence: number): DeliveryRow[] {
    return this.#sql.all('SELECT * FROM deliveries WHERE sequence = ?', sequence).map(deliveryOf)
  }

  #put(unsaved: Unsaved): void {
    for (const [key, row] of unsaved.alerts) this.#alerts.write(key, row)
    this.#writeRows('groups', unsaved.groups)
    this.#writeRows('silences', unsaved.silences)
    for (const [sequence, notification] of unsaved.notifications)
      this.#sql.run('INSERT OR REPLACE INTO notifications VALUES (?, ?)', sequence, toJson(notification))
    for (const row of unsaved.deliveries.values()) this.#writeDelivery(row)
    for (const [key, fallback] of unsaved.fallbacks)
      if (fallback === null) this.#sql.run('DELETE FROM fallbacks WHERE key = ?', key)
      else this.#sql.run('INSERT OR REPLACE INTO fallbacks VALUES (?, ?)', key, fallback)
    for (const [receiver, until] of unsaved.pauses)
      if (until === null) this.#sql.run('DELETE FROM pauses WHERE receiver = ?', receiver)
      else this.#sql.run('INSERT OR REPLACE INTO pauses VALUES (?, ?)', receiver, Math.round(until))
    if (unsaved.marks !== null) {
      const { sequence, savedAt } = unsaved.marks
      this.#sql.run('UPDATE marks SET sequence = ?, saved_at = ?', sequence, Math.round(savedAt))
    }
  }

  /**
   * Within a transaction: keeps so many deliveries of each state that ended last, and only notifications that have deliveries. While one of a
   * notification is pending, the others stay: they say who has it, should a fallback be told.
   */
  prune(keep: number): void {
    for (const state of ['sent', 'replaced', 'fallback', 'dead'])
      this.#sql.run(
        `DELETE FROM deliveries WHERE rowid IN (SELECT rowid FROM deliveries WHERE state = ?
        ORDER BY finished_at DESC, sequence DESC LIMIT -1 OFFSET ?)
        AND sequence NOT IN (SELECT sequence FROM deliveries WHERE state = 'pending')`,
        state,
        keep,
      )
    this.#sql.run('DELETE FROM notifications WHERE sequence NOT IN (SELECT sequence FROM deliveries)')
  }

  /** What was written in the last transaction is not there after all. */
  rolledBack(): void {
    this.#alerts.rolledBack()
  }

  #rows<T>(table: string, keyOf: (row: T) => string): T[] {
    const rows = this.#sql.all(`SELECT key, data FROM ${table} ORDER BY id`)
    return rows.map(({ key, data }) => rowOf<T>(data, {}, (row) => keyOf(row) === key))
  }

  #writeRows(table: string, rows: ReadonlyMap<string, unknown>): void {
    for (const [key, row] of rows)
      if (row === null) this.#sql.run(`DELETE FROM ${table} WHERE key = ?`, key)
      else
        this.#sql.run(
          `INSERT INTO ${table} (key, data) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data`,
          key,
          toJson(row),
        )
  }

  #writeDelivery(row: DeliveryRow): void {
    this.#sql.run(
      'INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      row.sequence,
      row.receiver,
      row.groupKey,
      row.state,
      row.attempts,
      Math.round(row.dueAt),
      Math.round(row.createdAt),
      row.finishedAt === null ? null : Math.round(row.finishedAt),
      row.said,
      row.addresses === null ? null : toJson(row.addresses),
    )
  }
}

function deliveryOf(row: Row): DeliveryRow {
  return {
    sequence: Number(row['sequence']),
    receiver: String(row['receiver']),
    groupKey: String(row['group_key']),
    state: row['state'] as DeliveryState,
    attempts: Number(row['attempts']),
    dueAt: Number(row['due_at']),
    createdAt: Number(row['created_at']),
    finishedAt: row['finished_at'] === null ? null : Number(row['finished_at']),
    said: String(row['said']),
    addresses: row['addresses'] === null ? null : (fromJson(row['addresses']) as AddressProgress),
  }
}

function silenceOf(row: Silence): Silence {
  return { ...FOR_ANY, ...row }
}
