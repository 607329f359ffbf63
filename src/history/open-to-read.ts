import { fileKind } from './file-header.ts'
import { HistoryError } from './history-error.ts'
import { ListedUrls } from './listed-urls.ts'
import { checkOwner, notOurs } from './open-file.ts'
import { SCHEMA_VERSION, userVersion } from './schema.ts'
import { Session } from './session.ts'
import { openDatabase, openError } from './sqlite.ts'
import type { Database } from './sqlite.ts'

/** A history that is read as it was when it was opened, while a headcount may go on to write it. */
export interface ReadHistory {
  readonly db: Database
  readonly session: Session
  close(): void
}

/** Opens a database without writing to it. Throws a HistoryError for one that is not there, or of another program. */
export function openReadOnly(file: string): Database {
  try {
    const kind = fileKind(file)
    if (kind === 'none') throw new HistoryError('io', `history ${file}: there is no such file`)
    if (kind === 'foreign') throw notOurs(file)
    const db = openDatabase(file, true)
    try {
      checkOwner(file, db)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  } catch (error) {
    throw openError(file, error)
  }
}

/** Opens a history without writing to it. Throws a HistoryError if that is not possible. */
export function openToRead(file: string): ReadHistory {
  const db = openReadOnly(file)
  try {
    if (userVersion(db) === 0)
      throw new HistoryError(
        'io',
        `history ${file}: there is nothing in it, or its log ${file}-wal is missing`,
      )
    if (userVersion(db) < SCHEMA_VERSION)
      throw new HistoryError('io', `history ${file}: an older headcount wrote it: run this one with it first`)
    // All that is read is of this moment.
    db.exec('BEGIN')
    const session = new Session(db, {
      isJournaled: true,
      sizeLimit: Number.MAX_SAFE_INTEGER,
      blocksPerFlush: 1,
      listed: new ListedUrls(),
    })
    return { db, session, close: () => db.close() }
  } catch (error) {
    db.close()
    throw openError(file, error)
  }
}
