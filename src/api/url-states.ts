import type { Verdict } from '../resource/resource.ts'
import type { LatestPolls } from '../state/latest-polls.ts'
import type { StateMap } from '../state/state-map.ts'
import { urlMatcher } from './match-url.ts'
import type { UrlFilter } from './url-query.ts'

/** URLs in one answer, and their text in UTF-16 units. */
const MAX_URLS = 2_000
const MAX_LENGTH = 1_000_000

/** Ids that are looked at between two looks at the clock. */
const IDS_PER_CLOCK_CHECK = 256

/** What a public page needs of a URL. */
export interface UrlState {
  readonly url: string
  /** One JSON object; '' for none. */
  readonly labels: string
  readonly verdict: Verdict
  /** Since when, in ms since the epoch; 0: not known. */
  readonly since: number
}

/** Some of the URLs that meet conditions. */
export interface UrlStates {
  readonly states: readonly UrlState[]
  /** Where the next part begins; null: this was the last one. */
  readonly next: number | null
}

/** The URLs that meet the conditions, with ids from `from` on, until `isOver` returns true, which is called from time to time. */
export function urlStates(
  map: StateMap,
  latest: LatestPolls,
  filter: UrlFilter,
  from: number,
  isOver: () => boolean,
): UrlStates {
  const matches = urlMatcher(filter, map)
  const states: UrlState[] = []
  let length = 0
  let id = from
  do {
    const end = Math.min(map.limit, id + IDS_PER_CLOCK_CHECK)
    for (; id < end && states.length < MAX_URLS && length < MAX_LENGTH; id++) {
      if (!map.has(id) || !matches(id)) continue
      const state = {
        url: map.url(id),
        labels: map.labels(id),
        verdict: map.verdict(id),
        since: latest.since(id),
      }
      length += state.url.length + state.labels.length
      states.push(state)
    }
    if (id < end) break
  } while (id < map.limit && !isOver())
  return { states, next: id < map.limit ? id : null }
}
