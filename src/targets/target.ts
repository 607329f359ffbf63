import type { Overrides } from '../settings/url-options.ts'
import type { Url } from '../resource/resource.ts'

/** Names and values that appear in the output. */
export type Labels = Readonly<Record<string, string>>

/** One URL of a list and its own settings. Immutable. */
export interface Target {
  readonly url: Url
  /** Null: none, the flags apply. */
  readonly overrides: Overrides | null
  /** Null: none. */
  readonly labels: Labels | null
}
