import { HistoryError } from './history-error.ts'
import { openDatabase, sqliteFault } from './sqlite.ts'

/**
 * Keeps a second process from writing the same history, while others may still read it: an exclusive lock of SQLite on an empty file
 * beside it, which the operating system takes away with the process. The empty file stays.
 */
export class FileLock {
  readonly #db

  /** Throws a HistoryError if another has the lock. */
  constructor(file: string) {
    const db = openDatabase(`${file}-lock`)
    try {
      db.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      if (sqliteFault(error) !== 'in-use') throw error
      throw new HistoryError('in-use', `history ${file}: another headcount writes it`, error)
    }
    this.#db = db
  }

  release(): void {
    this.#db.close()
  }
}
