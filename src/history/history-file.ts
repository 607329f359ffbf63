import { StoreError, TooLarge } from '../sqlite/store-error.ts'
import { ClockNotice } from './clock-notice.ts'
import { FileIdentity } from '../sqlite/file-identity.ts'
import { ListedUrls } from './listed-urls.ts'
import { MaintenanceUrls } from './maintenance-urls.ts'
import { damagedText, IN_MEMORY, setAside } from '../sqlite/open-file.ts'
import type { OpenFile } from '../sqlite/open-file.ts'
import { openHistory } from './open-history.ts'
import type { OpenHistoryOptions } from './open-history.ts'
import type { PollBatch } from './poll-batch.ts'
import { Session } from './session.ts'
import type { DescribePoll } from './session.ts'
import {
  databaseSize,
  isKnownDamaged,
  isUnexpected,
  rollback,
  sqliteFault,
  storeError,
} from '../sqlite/database.ts'
import type { Database } from '../sqlite/database.ts'
import { defaultBlocks } from './summing.ts'

/** How a history is opened. `warn` takes lines for people; `sizeLimit` is of the file with its write-ahead log. */
export interface HistoryOptions extends OpenHistoryOptions {
  /** Blocks of 1,000 URLs whose sums one flush writes. Default: `defaultBlocks`. */
  readonly blocksPerFlush?: number
}

/** After a failed write, so long passes until the next, in ms. */
const RETRY_MS = 10_000

/** The open file: its transactions, and what becomes of it when one fails. */
export class HistoryFile {
  readonly #file: string
  readonly #options: HistoryOptions
  readonly #open: OpenFile
  readonly #identity: FileIdentity
  readonly #clock: ClockNotice
  /** What outlives a failure. */
  readonly urls = { listed: new ListedUrls(), maintenance: new MaintenanceUrls() }
  /** Null after a failure, until it is read from the file again. */
  #session: Session | null = null
  #inTransaction = false
  /** Polls since the last flush. */
  #unwritten = 0
  #dropped = 0
  #isClosed = false
  #failure: Error | null = null
  /** In ms since the epoch. */
  #retryAt = 0

  constructor(file: string, options: HistoryOptions) {
    this.#file = file
    this.#options = options
    this.#open = openHistory(file, options)
    this.#identity = new FileIdentity(file)
    this.#clock = new ClockNotice(file, options)
    this.write(() => {})
    this.#identity.logBegan()
  }

  /** Why the last write failed; null if it did not. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Polls that are lost. */
  get dropped(): number {
    return this.#dropped
  }

  /** What it takes, in bytes, with the write-ahead log. */
  get size(): number {
    return this.#isClosed ? 0 : databaseSize(this.#open.db) + this.#identity.logSize
  }

  record(batch: PollBatch, seen?: DescribePoll, isPolled = true): void {
    if (this.#session === null) {
      this.#dropped += batch.size
      return
    }
    this.#guard(() => {
      const session = this.#begin()
      session.watched.see(this.#options.now())
      const leftOut = session.record(batch, seen, isPolled)
      this.#unwritten += batch.size - leftOut
      this.#dropped += leftOut
      if (leftOut > 0) this.#clock.report(session.watched.latest)
    })
  }

  /** In the transaction that the next `flush` ends. After a failure, until something was written, nothing is done. */
  change(action: (session: Session) => void): void {
    if (this.#session !== null) this.#guard(() => action(this.#begin()))
  }

  /** After a failure, it tries again after RETRY_MS. What is summed makes room: sums and polls may be removed, polls that wait for it not. */
  flush(): void {
    if (this.#options.now() < this.#retryAt) return
    this.write((session) => session.tick(this.#options.now(), this.#failure?.cause instanceof TooLarge))
    this.#failure = null
  }

  close(): void {
    if (this.#isClosed) return
    try {
      if (this.#failure === null && this.#session?.isWatching === true) this.flush()
    } finally {
      this.#end()
    }
  }

  /** Reads what was recorded up to now. */
  read<Result>(action: (session: Session, db: Database) => Result): Result {
    try {
      return action(this.#readable(), this.#open.db)
    } catch (error) {
      const fault = sqliteFault(error)
      if (fault === null) throw error
      throw fault === 'damaged' ? this.#damaged(error) : storeError('history', this.#file, error)
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
    const { sizeLimit, blocksPerFlush = defaultBlocks(sizeLimit) } = this.#options
    const options = { ...this.urls, isJournaled: this.#file !== IN_MEMORY, sizeLimit, blocksPerFlush }
    return (this.#session ??= new Session(this.#open.db, options))
  }

  #readable(): Session {
    if (this.#session === null) this.write(() => {})
    if (this.#session === null) throw new StoreError('io', `history ${this.#file}: it cannot be read`)
    return this.#session
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#failure = this.#failed(error)
      this.#retryAt = this.#options.now() + RETRY_MS
      throw this.#failure
    }
  }

  /** What is in memory may be more than what the file has: it is forgotten, and read again. */
  #failed(error: unknown): Error {
    if (this.#isClosed) return error instanceof Error ? error : new Error(String(error))
    this.#dropped += Math.max(this.#unwritten, this.#session?.unkept ?? 0)
    this.#unwritten = 0
    this.#session = null
    if (error instanceof StoreError) {
      this.#end()
      return error
    }
    if (sqliteFault(error) === 'damaged') return this.#damaged(error)
    if (this.#inTransaction) rollback(this.#open.db)
    this.#inTransaction = false
    if (isUnexpected(error) && isKnownDamaged(this.#open.db)) return this.#damaged(error)
    return storeError('history', this.#file, error)
  }

  #damaged(error: unknown): StoreError {
    this.#end()
    const text = damagedText(error, setAside(this.#file, this.#options.now()))
    return new StoreError('damaged', `history ${this.#file}: ${text}`, error)
  }

  /** A file that somebody removed, or put another in its place, would be written in vain. */
  #checkFile(): void {
    if (this.#isClosed) throw new StoreError('io', `history ${this.#file}: it is closed`)
    const removed = this.#identity.whatIsRemoved()
    if (removed !== null) throw new StoreError('removed', `history ${this.#file}: ${removed}`)
  }

  #end(): void {
    this.#isClosed = true
    this.#session = null
    this.#open.db.close()
    this.#open.lock?.release()
  }
}
