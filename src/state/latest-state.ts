import type { Verdict } from '../resource/resource.ts'
import type { Reason } from './reasons.ts'

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
  /** The reason phrase of the answer, otherwise the detail. It is as the server sent it: escape it before printing. */
  readonly text: string
}

/** What main knows of a URL. */
export interface UrlInfo {
  /** The generation of its id: see Resource. */
  readonly generation: number
  readonly verdict: Verdict
  readonly errCount: number
  /** Its labels as one JSON object; '' if it has none. */
  readonly labels: string
}

/** A URL that was just added. */
export const NEW_URL: UrlInfo = { generation: 0, verdict: 'pending', errCount: 0, labels: '' }
