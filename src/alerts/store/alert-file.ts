import { isKnownDamaged, isUnexpected, rollback, sqliteFault, storeError } from '../../sqlite/database.ts'
import { FileIdentity } from '../../sqlite/file-identity.ts'
import { openFile, setAside } from '../../sqlite/open-file.ts'
import type { OpenFile } from '../../sqlite/open-file.ts'
import { hasTables } from '../../sqlite/schema.ts'
import { DamagedBlob, StoreError } from '../../sqlite/store-error.ts'
import { ALERT_SCHEMA } from './alert-schema.ts'
import { AlertTables } from './alert-tables.ts'
import type { SharedState } from './shared-rows.ts'

/** How an alert state is opened. */
export interface AlertFileOptions {
  /** In ms since the epoch. */
  readonly now: () => number
  /** Takes lines for people. */
  readonly warn: (line: string) => void
  /** Another machine may go on with it. Absent: none does. */
  readonly shared?: SharedState
}

/** Bytes of the write-ahead log. */
const WAL_SIZE = 4 * 1024 * 1024

/** The open file, and what becomes of it when it cannot be written. */
export class AlertFile {
  readonly #file: string
  readonly #options: AlertFileOptions
  #open: OpenFile
  #tables: AlertTables
  #identity: FileIdentity

  /** Opens or creates a file, or IN_MEMORY. Throws a StoreError. */
  constructor(file: string, options: AlertFileOptions) {
    this.#file = file
    this.#options = options
    this.#open = this.#openFile()
    this.#tables = new AlertTables(this.#open.db, this.#options.shared)
    this.#identity = this.#identify()
    this.#checkRows()
    const { shared } = options
    if (shared !== undefined) this.write((tables) => tables.take(shared.seed))
  }

  /** As in messages. */
  get name(): string {
    return `${ALERT_SCHEMA.name} ${this.#file}`
  }

  /** Throws a StoreError. */
  read<Result>(action: (tables: AlertTables) => Result): Result {
    if (!this.#open.db.isOpen) throw new StoreError('removed', `${this.name}: it is not open`)
    try {
      return action(this.#tables)
    } catch (error) {
      throw storeError(ALERT_SCHEMA.name, this.#file, error)
    }
  }

  /** One transaction. Throws a StoreError: after `damaged` or `removed`, `replace` makes a new file. */
  write(action: (tables: AlertTables) => void): void {
    // The last attempt to begin a new file has failed.
    if (!this.#open.db.isOpen) this.#reopen()
    const { db } = this.#open
    try {
      const removed = this.#identity.whatIsRemoved()
      if (removed !== null) throw new StoreError('removed', `${this.name}: ${removed}`)
      db.exec('BEGIN IMMEDIATE')
      action(this.#tables)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) rollback(db)
      this.#tables.rolledBack()
      if (isUnexpected(error) && (isKnownDamaged(db) || !hasTables(db, ALERT_SCHEMA)))
        throw this.#damaged('a page of the file is damaged', error)
      throw storeError(ALERT_SCHEMA.name, this.#file, error)
    }
  }

  /** Reads what can be read of a damaged file; null if that is nothing. */
  salvage<Result>(action: (tables: AlertTables) => Result): Result | null {
    try {
      return action(this.#tables)
    } catch (error) {
      if (sqliteFault(error) === null) throw error
      return null
    }
  }

  /** Sets a damaged file aside, and begins a new one. Throws a StoreError. */
  replace({ fault, message }: StoreError): void {
    this.close()
    const aside = fault === 'damaged' ? setAside(this.#file, this.#options.now()) : null
    this.#options.warn(`${message}${aside === null ? '' : `; it is kept as ${aside}`}, and a new one begins`)
    this.#reopen()
  }

  close(): void {
    if (!this.#open.db.isOpen) return
    this.#open.db.close()
    this.#open.lock?.release()
  }

  /** Rows may be damaged although all pages are sound. */
  #checkRows(): void {
    try {
      this.read((tables) => [
        tables.readPlan(),
        tables.readPending(),
        tables.readFallbacks(),
        tables.readPauses(),
        tables.instance,
      ])
    } catch (error) {
      if (!(error instanceof StoreError) || error.fault !== 'damaged') {
        this.close()
        throw error
      }
      this.replace(
        this.#damaged(error.cause instanceof DamagedBlob ? error.cause.message : error.message, error),
      )
    }
  }

  #damaged(why: string, cause: unknown): StoreError {
    return new StoreError('damaged', `${this.name}: the file is damaged (${why})`, cause)
  }

  #openFile(): OpenFile {
    const { now, warn } = this.#options
    return openFile(this.#file, { schema: ALERT_SCHEMA, walSize: WAL_SIZE, synchronous: 'FULL', now, warn })
  }

  #reopen(): void {
    this.#open = this.#openFile()
    this.#tables = new AlertTables(this.#open.db, this.#options.shared)
    this.#identity = this.#identify()
  }

  /** Opening it has begun its log. */
  #identify(): FileIdentity {
    const identity = new FileIdentity(this.#file)
    identity.logBegan()
    return identity
  }
}
