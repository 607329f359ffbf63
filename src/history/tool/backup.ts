import { existsSync } from 'node:fs'
import { HistoryError } from '../history-error.ts'
import { openReadOnly } from '../open-to-read.ts'
import { historyError } from '../sqlite.ts'

/** Copies a history, also while a headcount writes it, into a new file without free pages. Throws a HistoryError if that fails. */
export function backup(file: string, to: string): void {
  if (existsSync(to)) throw new HistoryError('io', `history ${to}: there is a file already`)
  const db = openReadOnly(file)
  try {
    db.prepare('VACUUM INTO ?').run(to)
  } catch (error) {
    throw historyError(file, error)
  } finally {
    db.close()
  }
}
