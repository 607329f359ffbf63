import { lstatSync, readlinkSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import {
  findDamage,
  isUnexpected,
  openDatabase,
  openError,
  pragma,
  sqliteFault,
  sqliteText,
} from './database.ts'
import type { Database } from './database.ts'
import { fileKind, hasOwnJournal, PAGE_SIZE } from './file-header.ts'
import { FileLock } from './file-lock.ts'
import { hasTables, migrate, userVersion } from './schema.ts'
import type { Schema } from './schema.ts'
import { DamagedBlob, StoreError } from './store-error.ts'

/** The name of a database that is kept in memory only. */
export const IN_MEMORY = ':memory:'

/** How a file is opened. */
export interface OpenOptions {
  readonly schema: Schema
  /** Bytes of the write-ahead log. */
  readonly walSize: number
  /** `FULL`: what is committed outlives the machine's power; `NORMAL`: it may lose the last transactions. */
  readonly synchronous: 'FULL' | 'NORMAL'
  /** In ms since the epoch. */
  readonly now: () => number
  readonly warn: (line: string) => void
}

/** A file that is open for writing. */
export interface OpenFile {
  readonly db: Database
  /** Null in memory. */
  readonly lock: FileLock | null
}

/**
 * Opens or creates a file, alone. A damaged one is set aside, which `warn` is told. Throws a StoreError for a file that is in use, of a
 * newer headcount, of another kind, or not to be opened.
 */
export function openFile(file: string, options: OpenOptions): OpenFile {
  if (file === IN_MEMORY) return { db: prepared(openDatabase(file), options), lock: null }
  const { schema } = options
  let lock: FileLock | null = null
  try {
    const kind = fileKind(file, schema)
    if (kind === 'foreign') throw notOurs(file, schema)
    refuseHardLinks(file, schema)
    lock = new FileLock(schema.name, targetOf(file, schema))
    return { db: openOrReplace(file, options), lock }
  } catch (error) {
    lock?.withdraw()
    throw openError(schema.name, file, error)
  }
}

/** The lock belongs to the file that all names lead to. */
function targetOf(file: string, { name }: Schema): string {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return realpathSync(file)
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw new StoreError(
      'foreign',
      `${name} ${file}: it is a symbolic link to ${readlinkSync(file)}, which does not exist`,
    )
  return file
}

/** SQLite names its log and its locks after the file, so that two names are two logs: https://sqlite.org/howtocorrupt.html#multiple_links */
function refuseHardLinks(file: string, { name }: Schema): void {
  if ((statSync(file, { throwIfNoEntry: false })?.nlink ?? 1) > 1)
    throw new StoreError(
      'foreign',
      `${name} ${file}: the file has a second name (a hard link); copy it instead`,
    )
}

function openOrReplace(file: string, options: OpenOptions): Database {
  const hint = logHint(file)
  try {
    return openChecked(file, options)
  } catch (error) {
    if (sqliteFault(error) !== 'damaged' && !isUnexpected(error)) throw error
    const aside = setAside(file, options.now())
    options.warn(`${options.schema.name} ${file}: ${damagedText(error, aside)}, and a new one begins${hint}`)
    return openChecked(file, options)
  }
}

/**
 * A log beside the file may be that of a database over which this one was copied: SQLite then puts pages of both into one. Look before the
 * file is opened: closing it ends the log.
 */
function logHint(file: string): string {
  const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
  return size === 0
    ? ''
    : `; if it was copied here, remove ${file}-wal and ${file}-shm before the next copy: they belong to another file`
}

function openChecked(file: string, options: OpenOptions): Database {
  refuseOthers(file, options.schema)
  const db = openDatabase(file)
  try {
    const damage =
      findDamage(db) ?? (hasTables(db, options.schema) ? null : 'its tables are not those of its version')
    if (damage !== null) throw new DamagedBlob(damage)
    return prepared(db, options)
  } catch (error) {
    db.close()
    throw error
  }
}

/** Looks before anything is written: a file of a newer headcount, or of another program, stays as it is. */
function refuseOthers(file: string, schema: Schema): void {
  if (fileKind(file, schema) === 'none') return
  const db = openDatabase(file, !hasOwnJournal(file, schema))
  try {
    checkOwner(file, db, schema)
  } finally {
    db.close()
  }
}

/** Throws a StoreError for a file of a newer headcount, and for a database of another program. */
export function checkOwner(file: string, db: Database, schema: Schema): void {
  const version = userVersion(db)
  if (!isOurs(db, version, schema)) throw notOurs(file, schema)
  const newest = schema.migrations.length
  if (version <= newest) return
  const known = `this one knows versions up to ${newest}`
  throw new StoreError(
    'newer',
    `${schema.name} ${file}: a newer headcount wrote it (version ${version}; ${known})`,
  )
}

/** What is wrong with a file that is something else. */
export function notOurs(file: string, { name, description }: Schema): StoreError {
  return new StoreError('foreign', `${name} ${file}: this file is not ${description}`)
}

/** A new database has neither a version nor a table. */
function isOurs(db: Database, version: number, { applicationId }: Schema): boolean {
  if (version === 0) return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
  return pragma(db, 'application_id') === applicationId
}

/** Settings of the connection, some of them of the file, and the tables. */
function prepared(db: Database, { schema, walSize, synchronous }: OpenOptions): Database {
  db.exec(`
    PRAGMA page_size = ${PAGE_SIZE};
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous};
    PRAGMA journal_size_limit = ${walSize};
    PRAGMA wal_autocheckpoint = ${Math.floor(walSize / PAGE_SIZE / 4)};
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -16000;
  `)
  migrate(db, schema)
  return db
}

/** What is wrong with a file that was set aside, and where it is. */
export function damagedText(error: unknown, aside: string): string {
  return `the file is damaged (${sqliteText(error)}); it is kept as ${aside}`
}

/** Gives a damaged file another name, and what SQLite keeps beside it. Returns the name. What was in memory is gone. */
export function setAside(file: string, now: number): string {
  if (file === IN_MEMORY) return file
  const aside = `${file}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`
  renameSync(file, aside)
  for (const beside of ['-wal', '-shm'])
    try {
      renameSync(`${file}${beside}`, `${aside}${beside}`)
    } catch {
      // There may be none.
      rmSync(`${file}${beside}`, { force: true })
    }
  return aside
}
