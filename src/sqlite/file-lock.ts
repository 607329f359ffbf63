import { openDatabase, sqliteFault } from './database.ts'
import { StoreError } from './store-error.ts'

/**
 * Keeps a second process from writing the same file, while others may still read it: an exclusive lock of SQLite on an empty file
 * beside it, which the operating system takes away with the process. The empty file stays.
 */
export class FileLock {
  readonly #db

  /** Throws a StoreError if another has the lock. */
  constructor(name: string, file: string) {
    const db = openDatabase(`${file}-lock`)
    try {
      db.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      if (sqliteFault(error) !== 'in-use') throw error
      throw new StoreError('in-use', `${name} ${file}: another headcount writes it`, error)
    }
    this.#db = db
  }

  release(): void {
    this.#db.close()
  }
}
