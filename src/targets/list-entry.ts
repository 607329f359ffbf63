import type { Overrides } from '../settings/url-options.ts'

/** How one list is fetched from its server, where that differs from other lists. */
export interface ListSettings {
  readonly headers: NonNullable<Overrides['headers']>
  /** `name:password` for Basic authorization; null: only the credentials in its URL, if any. */
  readonly auth: string | null
  /** Absolute paths of PEM files, which are read at each fetch; null: none. */
  readonly cacert: string | null
  readonly cert: string | null
  readonly key: string | null
  /** In ms; null: the same as for all lists. */
  readonly timeoutMs: number | null
  readonly refreshMs: number | null
}

/** A list without settings. */
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
  /** Null: none. */
  readonly settings: ListSettings | null
}
