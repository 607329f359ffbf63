import type { Overrides } from '../settings/overrides.ts'

/** How one list is fetched from its server, beyond what holds for all lists. */
export interface ListSettings {
  readonly headers: NonNullable<Overrides['headers']>
  /** `name:password` for Basic authorization; null: none but those in its URL. */
  readonly auth: string | null
  /** Full paths of PEM files, which are read at each fetch; null: none. */
  readonly cacert: string | null
  readonly cert: string | null
  readonly key: string | null
  /** In ms; null: as for all lists. */
  readonly timeoutMs: number | null
  readonly refreshMs: number | null
}

/** Nothing is said of a list. */
export const NO_SETTINGS: ListSettings = {
  headers: [],
  auth: null,
  cacert: null,
  cert: null,
  key: null,
  timeoutMs: null,
  refreshMs: null,
}

/** A list as the command line or a configuration names it. */
export interface ListEntry {
  /** A path, a URL or `-`. */
  readonly file: string
  /** Null: nothing is said of it. */
  readonly settings: ListSettings | null
}
