import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { DamagedBlob, StoreError, TooLarge } from './store-error.ts'

/** The only file that loads node:sqlite. */
export type Database = DatabaseSync
export type Statement = StatementSync

/** The columns of a row, in their order. */
export type Row = readonly SQLOutputValue[]

/** Opens a database of SQLite. Throws what SQLite throws; `sqliteFault` tells what that is. */
export function openDatabase(file: string, readOnly = false): Database {
  const { DatabaseSync: Opener } = load()
  return new Opener(plainName(file), { readOnly, timeout: 0 })
}

/** A file name as SQLite has to be given it: one that begins with `file:` would be a URI, https://sqlite.org/uri.html */
export function plainName(file: string): string {
  return file.startsWith('file:') ? `./${file}` : file
}

/** Node 24 warns, at the first loading, that the module is experimental: users of headcount can do nothing about that. */
function load() {
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning')
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    if (own === undefined) Reflect.deleteProperty(process, 'emitWarning')
    else Object.defineProperty(process, 'emitWarning', own)
  }
}

/** Primary result codes, https://sqlite.org/rescode.html */
const BUSY = 5
const LOCKED = 6
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

/** SQLITE_READONLY_ROLLBACK. */
const READONLY_ROLLBACK = 776

/** SQLITE_ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE. */
const UNEXPECTED = new Set([1, 18, 19, 20, 25])

/** What an error of SQLite, or a damaged blob, means for the file; null for an error of another kind. */
export function sqliteFault(error: unknown): 'in-use' | 'damaged' | 'full' | 'io' | null {
  const fault = faultOf(error)
  return fault === 'unexpected' ? 'io' : fault
}

/** Whether an error is none of the disk, but one that a sound file does not cause: a missing table, a constraint. */
export function isUnexpected(error: unknown): boolean {
  return faultOf(error) === 'unexpected'
}

function faultOf(error: unknown): 'in-use' | 'damaged' | 'full' | 'io' | 'unexpected' | null {
  if (error instanceof DamagedBlob) return 'damaged'
  if (error instanceof TooLarge) return 'full'
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  const code = error.errcode & 0xff
  if (code === BUSY || code === LOCKED) return 'in-use'
  if (code === CORRUPT || code === NOTADB) return 'damaged'
  if (code === FULL) return 'full'
  if (UNEXPECTED.has(code)) return 'unexpected'
  return 'io'
}

/** A sentence about an error of SQLite, on one line: it may quote the schema. */
export function sqliteText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
  if (code === READONLY_ROLLBACK)
    return 'a program was killed while it wrote it, and must open it again first'
  if ((code & 0xff) === CANTOPEN) return 'it cannot be opened or created'
  return oneLine(error.message)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}

/** An error of opening a file as a StoreError. `name`: what is kept in it, such as `history`. */
export function openError(name: string, file: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const known = storeError(name, file, error)
  return known instanceof StoreError
    ? known
    : new StoreError('io', `${name} ${file}: ${known.message}`, error)
}

/** An error of SQLite as a StoreError; others as they are. */
export function storeError(name: string, file: string, error: unknown): Error {
  const fault = sqliteFault(error)
  if (fault === null) return error instanceof Error ? error : new Error(String(error))
  return new StoreError(fault, `${name} ${file}: ${sqliteText(error)}`, error)
}

/** Prepares a query of many rows: all of them as arrays take a fifth of the time of objects one by one. */
export function prepareRows(db: Database, sql: string): (...parameters: SQLInputValue[]) => Row[] {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return (...parameters) => statement.all(...parameters) as unknown as Row[]
}

/** Rows that are in memory at once. */
const ROWS_PER_PAGE = 10_000

/** The rows of a long query that is ordered by its first column, a number above 0, of which it takes those above `?`. */
export function* pagedRows(db: Database, sql: string): Generator<Row> {
  const readPage = prepareRows(db, `${sql} LIMIT ${ROWS_PER_PAGE}`)
  let last: SQLInputValue = 0
  for (;;) {
    const page = readPage(last)
    yield* page
    if (page.length < ROWS_PER_PAGE) return
    last = page.at(-1)?.[0] ?? 0
  }
}

/** A column of a row that holds a blob. */
export function blobOf(row: Record<string, unknown>, name: string): Uint8Array {
  const value = row[name]
  if (value instanceof Uint8Array) return value
  throw new DamagedBlob(`column ${name} holds no blob`)
}

/** Ends a transaction without writing it. */
export function rollback(db: Database): void {
  try {
    db.exec('ROLLBACK')
  } catch (error) {
    // SQLite has rolled back by itself.
    if (sqliteFault(error) === null) throw error
  }
}

/** A PRAGMA that is a number: https://sqlite.org/pragma.html */
export function pragma(db: Database, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
}

/** What a database takes, in bytes, without its write-ahead log. */
export function databaseSize(db: Database): number {
  return pragma(db, 'page_count') * pragma(db, 'page_size')
}

/**
 * What is wrong with the pages of a file; null: nothing. It reads all of it: a gigabyte takes half a second of a processor. Throws what says
 * nothing of the pages: another has the file at this moment, or the disk fails.
 */
export function findDamage(db: Database): string | null {
  try {
    const found = String(db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'])
    return found === 'ok' ? null : oneLine(found)
  } catch (error) {
    if (sqliteFault(error) !== 'damaged' && !isUnexpected(error)) throw error
    return sqliteText(error)
  }
}

/** Whether pages are known to be damaged: false also where nobody can look at them now. */
export function isKnownDamaged(db: Database): boolean {
  try {
    return findDamage(db) !== null
  } catch (error) {
    if (sqliteFault(error) === null) throw error
    return false
  }
}
