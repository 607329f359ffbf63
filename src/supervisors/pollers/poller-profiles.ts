import type { ProfileUpdate } from '../../settings/poll-options.ts'

/** The settings that profile numbers stand for. */
export interface PollerProfiles {
  /** The longest deadline of a poll, in ms. */
  readonly longestTimeoutMs: number
  /** All profiles, for a poller that starts. */
  all(): readonly ProfileUpdate[]
  /** The profiles that are new or have changed since the last call. */
  takeUpdates(): readonly ProfileUpdate[]
}
