import type { AlertConfig } from '../alerts/alert-rule.ts'
import type { PublicPage } from '../settings/public-page.ts'
import type { Group } from './group.ts'
import type { Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

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

/** The top-level keys that say who is told of what. */
export const ALERT_KEYS = ['receivers', 'alerts', 'maintenance', 'heartbeat'] as const

/** The values of these keys, as they stand. */
export type AlertTrees = Readonly<Partial<Record<(typeof ALERT_KEYS)[number], Tree>>>

/**
 * Reads them and reports mistakes. Paths are relative to `directory`. `flags`: those of the configuration. `ruleOffsets`: where each rule
 * begins, by its name.
 */
export type ReadAlerts = (
  reader: ValueReader,
  trees: AlertTrees,
  directory: string,
  flags: Config['flags'],
) => { readonly alerts: AlertConfig; readonly ruleOffsets: ReadonlyMap<string, number> }

/** A parsed configuration. */
export interface Config {
  /** The checked values of flags by name, and their positions, `FILE:LINE:COLUMN`. */
  readonly flags: ReadonlyMap<string, { readonly value: unknown; readonly place: string }>
  /** The first group holds the URLs and lists outside of groups. */
  readonly groups: readonly Group[]
  readonly pages: readonly PublicPage[]
  /** Null: the configuration says nothing of alerts. */
  readonly alerts: AlertConfig | null
  /** `FILE:LINE:COLUMN` of each rule, by its name. */
  readonly rulePlaces: ReadonlyMap<string, string>
  /** What is allowed, and most likely not meant. */
  readonly warnings: readonly ConfigProblem[]
  /** Files that values come from, by absolute path: logos and secrets. */
  readonly files: readonly string[]
  /** False if the text ends in the middle of a line: it may be half written. */
  readonly endsWithNewline: boolean
}
