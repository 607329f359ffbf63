import type { Alert } from '../alert.ts'
import type { AlertPhase, AlertRow } from '../plan/planner-state.ts'
import { fromJson, toJson } from './alert-json.ts'
import type { Statements } from './statements.ts'

/** An alert as its row has it, but for its phase. */
interface WrittenAlert {
  readonly id: number
  readonly alert: Alert
}

/** The rows of alerts. Methods throw what SQLite throws, and a DamagedBlob. */
export class AlertRows {
  readonly #sql: Statements
  /** Alerts that have a row, by key: of these only another phase is written. Bounded by the rows. */
  readonly #written = new Map<string, WrittenAlert>()
  /** The last id of an alert; null: not read yet. */
  #lastId: number | null = null

  constructor(sql: Statements) {
    this.#sql = sql
  }

  /** All of them, in the order in which they were written first. */
  read(): AlertRow[] {
    const sql = 'SELECT id, data, phase FROM alerts LEFT JOIN phases USING (id) ORDER BY id'
    return this.#sql.all(sql).map(({ id, data, phase }): AlertRow => {
      const row = fromJson(data) as AlertRow
      const { groupKey, alert } = row
      this.#written.set(alert.key, { id: Number(id), alert })
      return phase === null ? row : { groupKey, phase: phase as AlertPhase, alert }
    })
  }

  /** Within a transaction. */
  write(key: string, row: AlertRow | null): void {
    const written = this.#written.get(key)
    if (row !== null && written?.alert === row.alert)
      this.#sql.run('INSERT OR REPLACE INTO phases VALUES (?, ?)', written.id, row.phase)
    else if (row !== null) this.#upsert(key, row)
    else {
      this.#deletePhase(key)
      this.#sql.run('DELETE FROM alerts WHERE key = ?', key)
      this.#written.delete(key)
    }
  }

  /** What was written in the last transaction is not there after all. */
  rolledBack(): void {
    this.#written.clear()
  }

  #upsert(key: string, row: AlertRow): void {
    // With an id that no other row has had, it is seen whether there was one: RETURNING takes as long again as the insertion.
    this.#lastId ??= Number(this.#sql.get('SELECT max(id) AS last FROM alerts')?.['last'] ?? 0)
    const id = this.#lastId + 1
    this.#lastId = id
    const sql = 'INSERT INTO alerts VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data'
    const isNew = this.#sql.run(sql, id, key, toJson(row)).lastInsertRowid === id
    const written = isNew ? { id } : this.#written.get(key)
    if (!isNew) this.#deletePhase(key)
    if (written !== undefined) this.#written.set(key, { id: written.id, alert: row.alert })
  }

  #deletePhase(key: string): void {
    const id = this.#written.get(key)?.id
    if (id !== undefined) this.#sql.run('DELETE FROM phases WHERE id = ?', id)
    else this.#sql.run('DELETE FROM phases WHERE id = (SELECT id FROM alerts WHERE key = ?)', key)
  }
}
