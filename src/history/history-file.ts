import { statSync } from 'node:fs'
import { HistoryError } from './history-error.ts'
import { IN_MEMORY, openFile, setAside } from './open-file.ts'
import type { OpenFile } from './open-file.ts'
import type { PollBatch } from './poll-batch.ts'
import { Session } from './session.ts'
import type { Seen } from './session.ts'
import { historyError, sqliteFault } from './sqlite.ts'
import type { Database } from './sqlite.ts'

/** How a history is opened. */
export interface HistoryOptions {
  /** Most that the file may take, with its write-ahead log, in bytes. */
  readonly sizeLimit: number
  /** The time, in ms since the epoch. */
  readonly now: () => number
  /** Takes lines for people: a damaged file was set aside. */
  readonly warn: (line: string) => void
}

/** The open file: its transactions, and what becomes of it when one fails. */
export class HistoryFile {
  readonly #file: string
  readonly #options: HistoryOptions
  readonly #open: OpenFile
  readonly #inode: number
  /** Null after a failure, until it is read from the file again. */
  #session: Session | null = null
  #inTransaction = false
  /** Polls since the last flush. */
  #unwritten = 0
  #dropped = 0
  #isClosed = false

  constructor(file: string, options: HistoryOptions) {
    this.#file = file
    this.#options = options
    this.#open = openFile(file, options.warn, options.now())
    this.#inode = this.#readInode()
    this.write(() => {})
  }

  get db(): Database {
    return this.#open.db
  }

  /** Polls that are lost. */
  get dropped(): number {
    return this.#dropped
  }

  record(batch: PollBatch, seen?: Seen): void {
    if (this.#session === null) {
      this.#dropped += batch.size
      return
    }
    this.#guard(() => {
      const session = this.#begin()
      this.#unwritten += batch.size
      session.record(batch, seen)
    })
  }

  flush(): void {
    this.write((session) => session.watch(this.#options.now()))
  }

  close(): void {
    if (this.#isClosed) return
    try {
      this.flush()
    } finally {
      this.#end()
    }
  }

  /** In its own transaction, or the one that `record` has begun. */
  write(action: (session: Session) => void): void {
    this.#guard(() => {
      this.#checkFile()
      const session = this.#begin()
      action(session)
      session.ensureIds()
      session.write(this.#options.now())
      this.#open.db.exec('COMMIT')
      this.#inTransaction = false
      this.#unwritten = 0
      session.committed()
    })
  }

  #begin(): Session {
    if (!this.#inTransaction) this.#open.db.exec('BEGIN IMMEDIATE')
    this.#inTransaction = true
    return (this.#session ??= new Session(this.#open.db, this.#file !== IN_MEMORY))
  }

  /** To read; it is what was recorded up to now. */
  get session(): Session {
    if (this.#session === null) this.write(() => {})
    if (this.#session === null) throw new HistoryError('io', `history ${this.#file}: it cannot be read`)
    return this.#session
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      throw this.#failed(error)
    }
  }

  /** What is in memory may be more than what the file has: it is forgotten, and read again. */
  #failed(error: unknown): Error {
    if (this.#isClosed) return error instanceof Error ? error : new Error(String(error))
    this.#dropped += this.#unwritten
    this.#unwritten = 0
    this.#session = null
    if (error instanceof HistoryError) return this.#closedBy(error)
    if (sqliteFault(error) === 'damaged') return this.#damaged(error)
    this.#rollback()
    return historyError(this.#file, error)
  }

  #rollback(): void {
    if (this.#inTransaction)
      try {
        this.#open.db.exec('ROLLBACK')
      } catch (error) {
        // SQLite has rolled back by itself.
        if (sqliteFault(error) === null) throw error
      }
    this.#inTransaction = false
  }

  #damaged(error: unknown): HistoryError {
    this.#end()
    const aside = this.#file === IN_MEMORY ? this.#file : setAside(this.#file, this.#options.now())
    return new HistoryError(
      'damaged',
      `history ${this.#file}: the file is damaged; it is kept as ${aside}`,
      error,
    )
  }

  #closedBy(error: HistoryError): HistoryError {
    this.#end()
    return error
  }

  /** A file that somebody removed, or put another in its place, would be written in vain. */
  #checkFile(): void {
    if (this.#isClosed) throw new HistoryError('io', `history ${this.#file}: it is closed`)
    if (this.#readInode() !== this.#inode)
      throw new HistoryError('removed', `history ${this.#file}: the file was removed or replaced`)
  }

  #readInode(): number {
    if (this.#file === IN_MEMORY) return 0
    return statSync(this.#file, { throwIfNoEntry: false })?.ino ?? 0
  }

  #end(): void {
    this.#isClosed = true
    this.#session = null
    this.#open.db.close()
    this.#open.lock?.release()
  }
}
