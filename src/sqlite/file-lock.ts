import { existsSync, rmSync } from 'node:fs'
import { openDatabase, sqliteFault, sqliteText } from './database.ts'
import { StoreError } from './store-error.ts'

/**
 * Keeps a second process from writing the same file, while others may still read it: an exclusive lock of SQLite on an empty file
 * beside it, which the operating system takes away with the process. The empty file stays.
 */
export class FileLock {
  readonly #db
  readonly #path: string
  readonly #isNew: boolean

  /** Throws a StoreError if another has the lock. */
  constructor(name: string, file: string) {
    this.#path = `${file}-lock`
    this.#isNew = !existsSync(this.#path)
    const db = openDatabase(this.#path)
    try {
      db.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      // Another that had it would be found before it is read. The file itself may be sound.
      if (sqliteFault(error) === 'damaged')
        throw new StoreError(
          'io',
          `${name} ${file}: ${this.#path} is not its lock (${sqliteText(error)}): remove it`,
          error,
        )
      if (sqliteFault(error) !== 'in-use') throw error
      throw new StoreError('in-use', `${name} ${file}: another headcount writes it`, error)
    }
    this.#db = db
  }

  /** The file was not opened: nothing of it stays. Whoever looks meanwhile finds it locked. */
  withdraw(): void {
    if (this.#isNew) rmSync(this.#path, { force: true })
    this.release()
  }

  release(): void {
    this.#db.close()
  }
}
