import { fileKind } from '../sqlite/file-header.ts'
import { StoreError } from '../sqlite/store-error.ts'
import { ListedUrls } from './listed-urls.ts'
import { MaintenanceUrls } from './maintenance-urls.ts'
import { checkOwner, notOurs } from '../sqlite/open-file.ts'
import { userVersion } from '../sqlite/schema.ts'
import { HISTORY_SCHEMA } from './schema.ts'
import { Session } from './session.ts'
import { openDatabase, openError } from '../sqlite/database.ts'
import type { Database } from '../sqlite/database.ts'

/** A history that is read as it was when it was opened, while a headcount may go on to write it. */
export interface ReadHistory {
  readonly db: Database
  readonly session: Session
  close(): void
}

/** Opens a database without writing to it. Throws a StoreError for one that is not there, or of another program. */
export function openReadOnly(file: string): Database {
  try {
    const kind = fileKind(file, HISTORY_SCHEMA)
    if (kind === 'none') throw new StoreError('io', `history ${file}: there is no such file`)
    if (kind === 'foreign') throw notOurs(file, HISTORY_SCHEMA)
    const db = openDatabase(file, true)
    try {
      checkOwner(file, db, HISTORY_SCHEMA)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  } catch (error) {
    throw openError('history', file, error)
  }
}

/** Opens a history without writing to it. Throws a StoreError if that is not possible. */
export function openToRead(file: string): ReadHistory {
  const db = openReadOnly(file)
  try {
    if (userVersion(db) === 0)
      throw new StoreError('io', `history ${file}: there is nothing in it, or its log ${file}-wal is missing`)
    if (userVersion(db) < HISTORY_SCHEMA.migrations.length)
      throw new StoreError('io', `history ${file}: an older headcount wrote it: run this one with it first`)
    // All that is read is of this moment.
    db.exec('PRAGMA query_only = ON; BEGIN')
    const session = new Session(db, {
      isJournaled: true,
      sizeLimit: Number.MAX_SAFE_INTEGER,
      blocksPerFlush: 1,
      listed: new ListedUrls(),
      maintenance: new MaintenanceUrls(),
    })
    return { db, session, close: () => db.close() }
  } catch (error) {
    db.close()
    throw openError('history', file, error)
  }
}
