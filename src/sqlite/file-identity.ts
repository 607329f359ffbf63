import { realpathSync, statSync } from 'node:fs'
import { IN_MEMORY } from './open-file.ts'

/** Whether a file that is open, and its write-ahead log, are still what is found under their names. */
export class FileIdentity {
  readonly #file: string
  /** Its log, which SQLite names after the file that a symbolic link leads to. */
  readonly #log: string
  /** Of the file and of its log; 0 in memory, and for a log that has not begun. */
  readonly #inode: number
  #logInode = 0

  constructor(file: string) {
    this.#file = file
    this.#log = file === IN_MEMORY ? '' : `${realpathSync(file)}-wal`
    this.#inode = file === IN_MEMORY ? 0 : inodeOf(file)
  }

  /** Something was written to the log, which exists from now on until the file is closed. */
  logBegan(): void {
    if (this.#file !== IN_MEMORY) this.#logInode = inodeOf(this.#log)
  }

  /** A sentence about what was removed; null: nothing. */
  whatIsRemoved(): string | null {
    if (this.#file === IN_MEMORY) return null
    if (inodeOf(this.#file) !== this.#inode) return 'the file was removed or replaced'
    if (this.#logInode === 0 || inodeOf(this.#log) === this.#logInode) return null
    return `its log ${this.#log} was removed or replaced`
  }

  /** What the log takes, in bytes. */
  get logSize(): number {
    return this.#file === IN_MEMORY ? 0 : (statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0)
  }
}

function inodeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? 0
}
