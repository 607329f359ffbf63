import type { PublicPage } from '../settings/public-page.ts'
import type { Group } from './group.ts'

/** A flag that a configuration can set. */
export interface ConfigFlag {
  /** The long name, without dashes and `no-`. */
  readonly name: string
  readonly takes: 'switch' | 'value' | 'values' | 'path'
  /** Whether its value can also be a list. Default: false. */
  readonly isList?: boolean
  /** Names of switches that can't be on with this one. */
  readonly conflicts: readonly string[]
  /** Parses the value, or all values of a repeatable flag. Paths are relative to `directory`. Throws a RangeError. */
  parse(texts: readonly string[], directory?: string): unknown
}

/** A problem in a configuration. */
export interface ConfigProblem {
  /** `FILE:LINE:COLUMN`. */
  readonly position: string
  /** A clause for a message, without values. */
  readonly why: string
}

/** A parsed configuration. */
export interface Config {
  /** The checked values of flags by name, and their positions, `FILE:LINE:COLUMN`. */
  readonly flags: ReadonlyMap<string, { readonly value: unknown; readonly place: string }>
  /** The first group holds the URLs and lists outside of groups. */
  readonly groups: readonly Group[]
  readonly pages: readonly PublicPage[]
  /** False if the text ends in the middle of a line: it may be half written. */
  readonly endsWithNewline: boolean
}
