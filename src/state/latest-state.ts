import type { Verdict } from '../resource/resource.ts'
import type { Reason } from './reasons.ts'
import type { EarlierVerdict } from './earlier-state.ts'
import type { ShownState } from './shown-state.ts'

/** How many URLs have each verdict; `pending` ones were not polled yet. */
export type Counts = Record<Verdict, number>

/** What a StateMap keeps of the latest State of a URL. */
export interface LatestState {
  readonly url: string
  readonly verdict: Verdict
  /** Null if only the verdict is known: main passes it on to a monitor that replaces another. */
  readonly reason: Reason | null
  readonly status: number
  readonly errCount: number
  /** See `textOf`. */
  readonly text: string
}

/**
 * The text that goes with a reason: the phrase of the answer if its status is the reason, otherwise the detail. It may be as the server
 * sent it: escape it before printing.
 */
export function textOf({ reason, status, statusText, detail }: ShownState): string {
  return status !== 0 && (reason === 'ok' || reason === 'status') ? statusText : detail
}

/** What main knows of a URL. */
export interface UrlInfo {
  /** The generation of its id: see Resource. */
  readonly generation: number
  readonly verdict: Verdict
  readonly errCount: number
  /** Its labels as one JSON object; '' if it has none. */
  readonly labels: string
  /** What an earlier run knew of its verdict; absent or null: nothing. */
  readonly earlier?: EarlierVerdict | null
}

/** A URL that was just added. */
export const NEW_URL: UrlInfo = { generation: 0, verdict: 'pending', errCount: 0, labels: '' }
