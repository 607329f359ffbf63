import type { Source } from './source.ts'

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

  constructor(source: Source, number: number) {
    this.source = source
    this.number = number
  }
}
