import type { ResourceId } from '../../resource/resource.ts'

/** What the engine is told of a poll. */
export interface AlertPoll {
  readonly id: ResourceId
  /** Polls with another generation than the URL was registered with are ignored: they are of an earlier URL. */
  readonly generation: number
  /** In ms since the epoch, by the wall clock. It is only shown: durations are measured by the `now` of the engine. */
  readonly at: number
  /** The one that headcount shows, which can be that of an earlier poll. */
  readonly verdict: 'up' | 'down' | 'unknown'
  readonly reason: string
  /** 0 if there was no answer. */
  readonly status: number
  /** The text that goes with the reason; null: that of the poll before. Longer ones are cut after 500 UTF-16 units. */
  readonly detail: string | null
  readonly durationMs: number
  readonly errCount: number
  /** In ms since the epoch; NaN if no certificate was seen. */
  readonly certificateExpiresAt: number
}
