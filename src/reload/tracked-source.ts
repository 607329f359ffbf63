import type { ResourceId } from '../resource/resource.ts'
import type { Refusal } from '../targets/read-targets.ts'
import type { Source } from './source.ts'
import { sourceFingerprint } from './source-watcher.ts'

/** A source, and what its last reading has found. */
export class TrackedSource {
  readonly source: Source
  /** Its place in the order of the sources, from 0. */
  readonly number: number
  /** The fingerprint of its file before the last reading; '' without a file. */
  fingerprint = ''
  /** Whether the last good reading ended with a line break. */
  endsWithNewline = true
  /** How many targets of the last good reading were invalid. */
  invalid = 0
  /** Why the last reading failed or was rejected; '' if it was good. */
  lastError = ''
  /** Whether its file changed while it was read last. */
  isBeingWritten = false
  /** Whether a target of the last reading was refused because of what is on the lists. */
  hasRefused = false
  /** Resources that it no longer names, which go when other sources are read too. Bounded by its URLs. */
  departing: readonly ResourceId[] = []
  /** Whether it was read: a run may start without it. */
  wasRead = false
  readonly #firstRead = Promise.withResolvers<void>()

  constructor(source: Source, number: number) {
    this.source = source
    this.number = number
  }

  /** Why the last reading was not taken, a line; '' if it was. */
  get problem(): string {
    if (!this.isBeingWritten) return this.lastError
    return `${this.source.name}: it changed while it was read; it is read again when it changes no more`
  }

  /** Resolves when its targets are taken for the first time. */
  get firstRead(): Promise<void> {
    return this.#firstRead.promise
  }

  /** Whether its file differs from its last reading. */
  async hasChanged(): Promise<boolean> {
    return (await sourceFingerprint(this.source.reloadPolicy)) !== this.fingerprint
  }

  /** Passes on why a target can't be taken, and notes that it can't. */
  refuse(refusal: Refusal | null): Refusal | null {
    if (refusal !== null) this.hasRefused = true
    return refusal
  }

  /** A reading has failed; `fingerprint`: that of its file before. */
  failed(fingerprint: string): void {
    this.isBeingWritten = false
    this.fingerprint = fingerprint
  }

  /** A reading is good. */
  accepted(endsWithNewline: boolean, invalid: number): void {
    this.lastError = ''
    this.endsWithNewline = endsWithNewline
    this.invalid = invalid
  }

  /** Its targets are taken. */
  taken(): void {
    this.wasRead = true
    this.#firstRead.resolve()
  }
}

/** Whether sources were read: the URLs of one that was not may still be on its list. */
export class FirstReadings {
  readonly #sources: readonly TrackedSource[]

  constructor(sources: readonly TrackedSource[]) {
    this.#sources = sources
  }

  /** Whether each was read. */
  get isComplete(): boolean {
    return this.#sources.every(({ wasRead }) => wasRead)
  }

  /** Resolves when each was read. */
  get complete(): Promise<unknown> {
    return Promise.all(this.#sources.map(({ firstRead }) => firstRead))
  }
}
