import type { Overrides } from '../settings/overrides.ts'
import type { Url } from '../resource/resource.ts'

/** Names and values for people and pipelines. */
export type Labels = Readonly<Record<string, string>>

/** What a person wrote of one URL. Immutable. */
export interface Target {
  readonly url: Url
  /** Null: as the flags say. */
  readonly overrides: Overrides | null
  /** Null: none. */
  readonly labels: Labels | null
}
