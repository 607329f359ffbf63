import { existsSync, rmSync } from 'node:fs'
import { StoreError } from '../../sqlite/store-error.ts'
import { openReadOnly } from '../open-to-read.ts'
import { isUnexpected, plainName, sqliteFault, storeError } from '../../sqlite/database.ts'

/** Copies a history, also while a headcount writes it, into a new file without free pages. Throws a StoreError if that fails. */
export function backup(file: string, to: string): void {
  if (existsSync(to)) throw new StoreError('io', `history ${to}: there is a file already`)
  const db = openReadOnly(file)
  try {
    db.prepare('VACUUM INTO ?').run(plainName(to))
  } catch (error) {
    const fault = sqliteFault(error)
    if (fault !== 'full' && fault !== 'io') throw storeError('history', file, error)
    // The copy is what could not be written. It was not there before, unless somebody else has made it since.
    if (!isUnexpected(error)) rmSync(to, { force: true })
    throw storeError('history', to, error)
  } finally {
    db.close()
  }
}
