import type { Alert } from '../alert.ts'
import type { AlertPhase, AlertRow } from '../plan/planner-state.ts'
import { rowOf, toJson } from './alert-json.ts'
import type { Statements } from './statements.ts'

/** The row of an alert, but for its phase. */
interface WrittenAlert {
  readonly id: number
  /** Null: it has not been read. */
  readonly alert: Alert | null
  readonly labels?: AlertRow['labels']
}

const FIELDS = { groupKey: 'string', phase: 'string', alert: 'object' } as const

/** The rows of alerts. Methods throw what SQLite throws, and a DamagedBlob. */
export class AlertRows {
  readonly #sql: Statements
  /** All rows, by key: of an alert that is as it was written only another phase is written. Null: they are not known. Bounded by the rows. */
  #written: Map<string, WrittenAlert> | null = null

  constructor(sql: Statements) {
    this.#sql = sql
  }

  /** All of them, in the order in which they were written first. */
  read(): AlertRow[] {
    const written = new Map<string, WrittenAlert>()
    const sql = 'SELECT id, key, data, phase FROM alerts LEFT JOIN phases USING (id) ORDER BY id'
    const rows = this.#sql.all(sql).map(({ id, key, data, phase }): AlertRow => {
      const row = rowOf<AlertRow>(data, FIELDS, ({ alert }) => alert.key === key)
      written.set(row.alert.key, writtenAs(Number(id), row))
      return phase === null ? row : Object.assign(row, { phase: phase as AlertPhase })
    })
    this.#written = written
    return rows
  }

  /** Within a transaction. */
  write(key: string, row: AlertRow | null): void {
    this.#written ??= this.#readIds()
    const known = this.#written.get(key)
    if (row === null) {
      if (known !== undefined) this.#delete(known.id)
      this.#written.delete(key)
    } else if (known === undefined) {
      const { lastInsertRowid } = this.#sql.run(
        'INSERT INTO alerts (key, data) VALUES (?, ?)',
        key,
        toJson(row),
      )
      this.#written.set(key, writtenAs(Number(lastInsertRowid), row))
    } else if (known.alert === row.alert && known.labels === row.labels)
      this.#sql.run('INSERT OR REPLACE INTO phases VALUES (?, ?)', known.id, row.phase)
    else {
      this.#sql.run('UPDATE alerts SET data = ? WHERE id = ?', toJson(row), known.id)
      this.#sql.run('DELETE FROM phases WHERE id = ?', known.id)
      this.#written.set(key, writtenAs(known.id, row))
    }
  }

  /** What was written in the last transaction is not there after all. */
  rolledBack(): void {
    this.#written = null
  }

  #delete(id: number): void {
    this.#sql.run('DELETE FROM alerts WHERE id = ?', id)
    this.#sql.run('DELETE FROM phases WHERE id = ?', id)
  }

  #readIds(): Map<string, WrittenAlert> {
    const rows = this.#sql.all('SELECT id, key FROM alerts')
    return new Map(rows.map(({ id, key }) => [String(key), { id: Number(id), alert: null }]))
  }
}

function writtenAs(id: number, { alert, labels }: AlertRow): WrittenAlert {
  return { id, alert, labels }
}
