import type { Database, Statement } from '../../sqlite/database.ts'

/** A row as SQLite gives it, by the names of columns. */
export type Row = Record<string, unknown>

/** Runs statements of an open file, each of which is prepared once. Methods throw what SQLite throws. */
export class Statements {
  readonly #db: Database
  // Bounded by the statements in this folder.
  readonly #prepared = new Map<string, Statement>()

  constructor(db: Database) {
    this.#db = db
  }

  get(sql: string, ...values: (string | number)[]): Row | undefined {
    return this.#prepare(sql).get(...values)
  }

  all(sql: string, ...values: (string | number)[]): Row[] {
    return this.#prepare(sql).all(...values)
  }

  run(sql: string, ...values: (string | number | null)[]): ReturnType<Statement['run']> {
    return this.#prepare(sql).run(...values)
  }

  #prepare(sql: string): Statement {
    const statement = this.#prepared.get(sql) ?? this.#db.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}
