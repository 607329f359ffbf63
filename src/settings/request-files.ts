import { resolve } from 'node:path'
import { countNamed, FileUses, forgetUnused } from './file-uses.ts'
import type { FileUse } from './file-uses.ts'
import { redactName } from './quote.ts'
import { Readings } from './readings.ts'
import {
  entryOf,
  isLoose,
  looseText,
  missingFile,
  problemText,
  readAgain,
  readKnownFile,
  reasonOf,
} from './request-file.ts'
import type { CheckContents, KnownFile, RequestFile } from './request-file.ts'
import type { RequestFileObserver } from './request-file-observer.ts'

export type { FileChange, RequestFile } from './request-file.ts'

/** For what may hold anything. Always this one: a file keeps each other check that it was opened with, at every reading of a list. */
export const ANY_CONTENTS: CheckContents = () => null

/** The most files. As many again may be known while a list is read again: its former settings are still in use. */
const MAX_FILES = 1_000

/** The time between two checks of the files, in ms. */
const WATCH_INTERVAL_MS = 1_000

/**
 * The files that settings such as `data=@FILE` name. Each is read when a setting names it, so that a mistake is reported in its place,
 * and again when it changes. One that vanishes keeps its last contents, and one that nothing names any more is forgotten.
 */
export class RequestFiles {
  /** Files that one of these names are not forgotten until it has ended. */
  readonly readings = new Readings()
  readonly #files = new Map<string, KnownFile>()
  /** What pipes held that flags name. */
  readonly #kept = new Map<string, Buffer>()
  /** What the configuration defines, by keys that are no paths. Bounded by those who define it. */
  readonly #defined = new Map<string, Buffer>()
  /** Secret files that other users can read, until there is somebody to tell. */
  readonly #loose: string[] = []
  #observer: RequestFileObserver | null = null
  #isOverfull = false

  /**
   * Takes note of a file, and reads it if it is new. Returns its absolute path; `directory` is what `name` is relative to. `isSecret`:
   * others should not be able to read it. Throws a RangeError.
   */
  open(name: string, directory: string, check: CheckContents, isSecret: boolean): string {
    const path = resolve(directory, name)
    if (this.#kept.has(path)) return path
    const known = this.#files.get(path)
    if (known === undefined) this.#checkCount()
    const file = known === undefined || known.fingerprint === '' ? readKnownFile(path) : known
    const why = check(file.bytes)
    if (why !== null) throw new RangeError(`${redactName(path)}: ${why}`)
    this.#named(path, file, check)
    if (file === known) return path
    this.#files.set(path, file)
    this.#observer?.changed([entryOf(path, file)])
    if (isSecret && isLoose(path)) this.#warnOf(path)
    return path
  }

  /**
   * Like `open`, for a file that need not be there yet: requests fail until it can be read. Returns also why it can't be read now; ''
   * if it can. Throws a RangeError only if too many files are named.
   */
  openLater(name: string, isSecret: boolean): { readonly path: string; readonly problem: string } {
    const path = resolve(name)
    if (!this.#files.has(path)) this.#checkCount()
    try {
      return { path: this.open(name, '', ANY_CONTENTS, isSecret), problem: '' }
    } catch (error) {
      const missing = missingFile(reasonOf((error as RangeError).cause))
      this.#named(path, missing, ANY_CONTENTS)
      this.#files.set(path, missing)
      this.#observer?.changed([entryOf(path, missing)])
      return { path, problem: missing.problem }
    }
  }

  /** Names files again that were opened before. Returns false if one of them must be opened again. */
  keep(uses: readonly FileUse[]): boolean {
    for (const [path, check] of uses) {
      const file = this.#files.get(path)
      if (file !== undefined && file.fingerprint !== '' && file.checks.has(check))
        this.#named(path, file, check)
      else if (!this.#kept.has(path)) return false
    }
    return true
  }

  /** Takes contents that were read from a pipe, which can't be read again. Throws a RangeError. */
  addContents(path: string, bytes: Buffer, check: CheckContents): void {
    const why = check(bytes)
    if (why !== null) throw new RangeError(`${redactName(path)}: ${why}`)
    this.#kept.set(path, bytes)
  }

  /** Defines something that goes to pollers like the contents of a file, or changes it. */
  define(key: string, bytes: Buffer): void {
    if (this.#defined.get(key)?.equals(bytes) === true) return
    this.#defined.set(key, bytes)
    this.#observer?.changed([[key, new Uint8Array(bytes)]])
  }

  /** Defines it no more: pollers get why. */
  undefine(key: string, why: string): void {
    if (this.#defined.delete(key)) this.#observer?.changed([[key, new Uint8Array(0), why]])
  }

  /** The text of a file that was opened, without line breaks and spaces around it. */
  textOf(path: string): string {
    return (this.#files.get(path)?.bytes ?? this.#kept.get(path))?.toString().trim() ?? ''
  }

  /** The absolute paths of all files. */
  get paths(): string[] {
    return [...this.#files.keys()]
  }

  /** All files, and all that is defined. */
  all(): RequestFile[] {
    const defined = [...this.#defined].map(([key, bytes]): RequestFile => [key, new Uint8Array(bytes)])
    return [...defined, ...Array.from(this.#files, ([path, file]) => entryOf(path, file))]
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

  /** Checks all files once, and forgets those that are not named any more. A change is taken in when two checks in a row have found the file the same. */
  async check(): Promise<void> {
    this.#forgetUnused()
    const changed: RequestFile[] = []
    for (const [path, file] of this.#files) {
      const why = await readAgain(path, file).catch(reasonOf)
      if (why === null) changed.push(entryOf(path, file))
      this.#setProblem(path, file, why ?? '')
    }
    if (changed.length > 0) this.#observer?.changed(changed)
  }

  #named(path: string, file: KnownFile, check: CheckContents): void {
    file.checks.add(check)
    file.named = this.readings.last
    this.readings.named([path, check])
  }

  /** Throws a RangeError if there are too many files. While lists are read again, those count that these readings name. */
  #checkCount(): void {
    if (this.#files.size < MAX_FILES) return
    if (countNamed(this.#files, this.readings.oldest) >= MAX_FILES || this.#files.size >= 2 * MAX_FILES)
      throw new RangeError(`more than ${MAX_FILES} files are named`)
  }

  #forgetUnused(): void {
    const uses = this.#files.size === 0 ? undefined : this.#observer?.uses?.()
    if (uses === undefined) return
    const forgotten = forgetUnused(this.#files, new FileUses(uses), this.readings.oldest)
    if (forgotten.length > 0) this.#observer?.changed(forgotten.map((path) => [path, null]))
    const isOverfull = this.#files.size > MAX_FILES && (this.#isOverfull || this.readings.oldest === Infinity)
    if (isOverfull && !this.#isOverfull)
      this.#observer?.log(`settings name ${this.#files.size} files: the next start takes ${MAX_FILES}`)
    this.#isOverfull = isOverfull
  }

  #setProblem(path: string, file: KnownFile, why: string): void {
    if (file.problem === why) return
    file.problem = why
    this.#observer?.log(problemText(path, file))
  }

  #warnOf(path: string): void {
    if (this.#observer === null) this.#loose.push(path)
    else this.#observer.log(looseText(path))
  }
}

/** The files of this run. */
export const requestFiles = new RequestFiles()
