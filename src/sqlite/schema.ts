import { openDatabase, pragma } from './database.ts'
import type { Database } from './database.ts'

/** What is kept in a file. */
export interface Schema {
  /** Stands before the name of the file in messages: `history`. */
  readonly name: string
  /** What a file of another kind is not: `a history of headcount`. */
  readonly description: string
  /** In the header of the file, so that it is known from any other database. */
  readonly applicationId: number
  /** What brings a file from each version to the next; `user_version` counts those that were done. Never change one that was released. */
  readonly migrations: readonly string[]
}

/** Brings an open file to the last version, in one transaction. */
export function migrate(db: Database, { applicationId, migrations }: Schema): void {
  const version = userVersion(db)
  if (version >= migrations.length) return
  db.exec('BEGIN IMMEDIATE')
  for (const migration of migrations.slice(version)) db.exec(migration)
  db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`)
}

/** The version of an open file; 0 for a new one. */
export function userVersion(db: Database): number {
  return pragma(db, 'user_version')
}

/**
 * Whether a file of this version has the tables and indexes that it was made with: quick_check does not see a damaged name. It may have others, as
 * those of ANALYZE, or an index or a view that somebody has added.
 */
export function hasTables(db: Database, schema: Schema): boolean {
  if (userVersion(db) !== schema.migrations.length) return true
  const made = openDatabase(':memory:')
  try {
    migrate(made, schema)
    const found = new Set(tablesOf(db))
    return tablesOf(made).every((table) => found.has(table))
  } finally {
    made.close()
  }
}

function tablesOf(db: Database): string[] {
  const rows = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all()
  return rows.map((row) => JSON.stringify(row))
}
