import { readFileSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { getSystemErrorMessage } from 'node:util'
import { redactName } from './quote.ts'

/** The largest file, in bytes. All pollers have its contents in memory. */
const MAX_BYTES = 1 << 20

/** The most files. */
const MAX_FILES = 1_000

/** The time between two checks of the files, in ms. */
const WATCH_INTERVAL_MS = 1_000

/**
 * What requests need from elsewhere: the path of a file and its contents, or `oauth2:NAME` and the token of this client; without a token,
 * why there is none.
 */
export type RequestFile = readonly [path: string, bytes: Uint8Array, problem?: string]

/** Why contents can't be used, as a clause that does not quote them; null: they can. */
export type CheckContents = (bytes: Buffer) => string | null

/** A file that settings name. */
interface KnownFile {
  bytes: Buffer
  /** Differs when the file may have changed. */
  fingerprint: string
  /** Why the contents with this fingerprint can't be used; '' if they can. */
  rejected: string
  /** The fingerprint at the last check: a file that is still being written is not read. */
  seen: string
  /** Why it could not be read at the last check; '' if it could. */
  problem: string
  /** All uses of the file must agree with new contents. */
  readonly checks: Set<CheckContents>
}

/** What follows the files. */
export interface RequestFileObserver {
  /** These files are new or have other contents. */
  changed(files: readonly RequestFile[]): void
  /** A line for standard error, without its line break. */
  log(line: string): void
}

/**
 * The files that settings such as `data=@FILE` name. Each is read when a setting names it, so that a mistake is reported in its place,
 * and again when it changes. One that vanishes keeps its last contents.
 */
export class RequestFiles {
  readonly #files = new Map<string, KnownFile>()
  /** Secret files that other users can read, until there is somebody to tell. */
  readonly #loose: string[] = []
  #observer: RequestFileObserver | null = null

  /**
   * Takes note of a file, and reads it if it is new. Returns its absolute path; `directory` is what `name` is relative to. `isSecret`:
   * others should not be able to read it. Throws a RangeError.
   */
  open(name: string, directory: string, check: CheckContents, isSecret: boolean): string {
    const path = resolve(directory, name)
    let file = this.#files.get(path)
    if (file === undefined) {
      if (this.#files.size === MAX_FILES) throw new RangeError(`more than ${MAX_FILES} files are named`)
      file = readKnownFile(path)
    }
    const why = check(file.bytes)
    if (why !== null) throw new RangeError(`${redactName(path)}: ${why}`)
    file.checks.add(check)
    if (this.#files.has(path)) return path
    this.#files.set(path, file)
    this.#observer?.changed([entryOf(path, file)])
    if (isSecret && isLoose(path)) this.#warnOf(path)
    return path
  }

  /** The text of a file that was opened, without line breaks and spaces around it. */
  textOf(path: string): string {
    return this.#files.get(path)?.bytes.toString().trim() ?? ''
  }

  /** All files. */
  all(): RequestFile[] {
    return [...this.#files].map(([path, file]) => entryOf(path, file))
  }

  /** Reads files again when they change, from now on. Returns what ends that. */
  follow(observer: RequestFileObserver, everyMs = WATCH_INTERVAL_MS): () => void {
    this.#observer = observer
    for (const path of this.#loose.splice(0)) this.#warnOf(path)
    let checking = false
    const timer = setInterval(() => {
      if (checking) return
      checking = true
      void this.check().then(() => (checking = false))
    }, everyMs).unref()
    return () => {
      clearInterval(timer)
      this.#observer = null
    }
  }

  /** Checks all files once. A change is taken in when two checks in a row have found the file the same. */
  async check(): Promise<void> {
    const changed: RequestFile[] = []
    for (const [path, file] of this.#files) {
      const why = await readAgain(path, file).catch(reasonOf)
      if (why === null) changed.push(entryOf(path, file))
      this.#setProblem(path, file, why ?? '')
    }
    if (changed.length > 0) this.#observer?.changed(changed)
  }

  #setProblem(path: string, file: KnownFile, why: string): void {
    if (file.problem === why) return
    file.problem = why
    this.#observer?.log(
      why === ''
        ? `${redactName(path)}: it can be read again`
        : `${redactName(path)}: ${why}; its last contents are still sent`,
    )
  }

  #warnOf(path: string): void {
    if (this.#observer === null) this.#loose.push(path)
    else this.#observer.log(`${redactName(path)}: it holds a secret and others can read it: chmod 600`)
  }
}

/** The files of this run. */
export const requestFiles = new RequestFiles()

function readKnownFile(path: string): KnownFile {
  try {
    const stats = statSync(path)
    checkStats(stats)
    const fingerprint = fingerprintOf(stats)
    return {
      bytes: readFileSync(path),
      fingerprint,
      rejected: '',
      seen: fingerprint,
      problem: '',
      checks: new Set(),
    }
  } catch (error) {
    throw new RangeError(`${redactName(path)}: ${reasonOf(error)}`, { cause: error })
  }
}

/** A Buffer may be a view of memory that others use, all of which would be sent to a thread. */
function entryOf(path: string, { bytes }: KnownFile): RequestFile {
  return [path, new Uint8Array(bytes)]
}

/** Resolves with null if it has new contents, with '' if not, or with why they can't be used. */
async function readAgain(path: string, file: KnownFile): Promise<string | null> {
  const stats = await stat(path)
  checkStats(stats)
  const now = fingerprintOf(stats)
  const settled = now === file.seen
  file.seen = now
  if (now === file.fingerprint) return file.rejected
  if (!settled) return file.problem
  const bytes = await readFile(path)
  file.fingerprint = now
  file.rejected = [...file.checks].map((check) => check(bytes)).find((why) => why !== null) ?? ''
  if (file.rejected !== '' || bytes.equals(file.bytes)) return file.rejected
  file.bytes = bytes
  return null
}

/** Throws a RangeError for what is not a file, which could block or never end, and for one that is too large. */
function checkStats(stats: Stats): void {
  if (!stats.isFile()) throw new RangeError('it is not a regular file')
  if (stats.size > MAX_BYTES) throw new RangeError(`it is larger than ${MAX_BYTES / 2 ** 20} MiB`)
}

function fingerprintOf({ mtimeMs, ctimeMs, size, ino, dev }: Stats): string {
  return `${mtimeMs} ${ctimeMs} ${size} ${ino} ${dev}`
}

/** Group members may read a secret: that is how it is given to a service. */
function isLoose(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o027) !== 0
}

function reasonOf(error: unknown): string {
  const { errno } = error as NodeJS.ErrnoException
  return errno === undefined ? (error as Error).message : getSystemErrorMessage(errno)
}
