import type { LatestPolls } from '../state/latest-polls.ts'
import type { StateMap } from '../state/state-map.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { urlMatcher } from './match-url.ts'
import { comparePlaces } from './url-query.ts'
import type { FoundUrls, Place, Sort, UrlSearch } from './url-query.ts'

/** Ids that are looked at between two looks at the clock. */
const IDS_PER_CLOCK_CHECK = 512

/** Times in ms since the epoch are below this until the year 2527, so a rank can be added in front of them. */
const TIME_LIMIT = 2 ** 44

const RANKS: Readonly<Record<Verdict, number>> = { up: 0, pending: 1, unknown: 2, down: 3 }

/** Does a part of a search: looks at ids until `isOver` returns true, which is called from time to time. */
export function findUrls(
  map: StateMap,
  latest: LatestPolls,
  search: UrlSearch,
  isOver: () => boolean,
): FoundUrls {
  const { filter, sort, after, before, limit, fromEnd = false } = search
  const matches = urlMatcher(filter, map)
  const score = scoreOf(sort, map, latest)
  const sign = fromEnd ? -1 : 1
  let threshold = before
  let places: Place[] = []
  let count = 0
  let id = search.from
  const consider = (row: ResourceId) => {
    count++
    const [value, place] = [sign * score(row), sign * row]
    // Of a million URLs that match, few get an object.
    if (after !== null && !isAfter(value, place, after)) return
    if (threshold !== null && isAfter(value, place, threshold)) return
    places.push({ score: value, id: place })
    if (places.length < 2 * limit) return
    places = firstPlaces(places, limit)
    threshold = places.at(-1) ?? threshold
  }
  do {
    const end = Math.min(map.limit, id + IDS_PER_CLOCK_CHECK)
    for (; id < end; id++) if (map.has(id) && matches(id)) consider(id)
  } while (id < map.limit && !isOver())
  return { places: firstPlaces(places, limit), matches: count, next: id < map.limit ? id : null }
}

/** What two parts of a search that follow each other have found, in the order. */
export function joinParts(first: FoundUrls, second: FoundUrls, limit: number): FoundUrls {
  const places =
    second.places.length === 0 ? first.places : firstPlaces([...first.places, ...second.places], limit)
  return { places, matches: first.matches + second.matches, next: second.next }
}

/** What the next part of a search need not find: URLs after this place. Null: there are not enough others yet. */
export function placeBefore({ places }: FoundUrls, limit: number): Place | null {
  return places.length < limit ? null : (places.at(-1) ?? null)
}

/** Whether a URL comes after a place in the order. */
function isAfter(score: number, id: number, place: Place): boolean {
  return score < place.score || (score === place.score && id > place.id)
}

/** The first places, in their order, at most `limit`. */
function firstPlaces(places: Place[], limit: number): Place[] {
  places.sort(comparePlaces)
  return places.slice(0, limit)
}

function scoreOf(sort: Sort, map: StateMap, latest: LatestPolls): (id: ResourceId) => number {
  switch (sort) {
    case 'worst':
      return (id) => RANKS[map.verdict(id)] * TIME_LIMIT + latest.since(id)
    case 'changed':
      return (id) => latest.since(id)
    case 'slowest':
      return (id) => (latest.at(id) === 0 ? -1 : latest.durationMs(id))
    case 'certificate':
      return (id) => -latest.expiresAt(id) || -TIME_LIMIT
    case 'list':
      return () => 0
    default:
      return sort satisfies never
  }
}
