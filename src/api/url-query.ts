import type { Verdict } from '../resource/resource.ts'

/** The orders of a list of URLs, with what each is for. The first one is the default. */
export const SORTS = {
  worst: 'down, unknown, pending, up; those that turned last come first',
  changed: 'the verdict that turned last comes first',
  slowest: 'the longest last poll comes first',
  certificate: 'the certificate that expires first comes first; URLs without one last',
  list: 'the order of the lists',
} as const

export type Sort = keyof typeof SORTS

/** Which URLs are asked for. All conditions have to be met. */
export interface UrlFilter {
  /** Only this URL, or the second spelling of it; null: any. */
  readonly urls: readonly string[] | null
  /** A text in the URL, the reason, what goes with it, or the labels, in any case; '' for all. */
  readonly text: string
  /** Empty: any. */
  readonly verdicts: readonly Verdict[]
  /** Names and values of labels. */
  readonly labels: readonly (readonly [name: string, value: string])[]
}

/** A place in an order: higher scores come first, and of equal ones lower ids. */
export interface Place {
  readonly score: number
  readonly id: number
}

/** Part of the search for the first URLs of an order. */
export interface UrlSearch {
  readonly filter: UrlFilter
  readonly sort: Sort
  /** Only URLs after this place; null: from the first on. */
  readonly after: Place | null
  /** Only URLs before this place: there are enough others; null: any. */
  readonly before: Place | null
  /** At most so many. */
  readonly limit: number
  /** The last URLs of the order: places are those of the order from its end, with scores and ids below 0. Default: false. */
  readonly fromEnd?: boolean
  /** Look at ids from this one on. */
  readonly from: number
}

/** What a part of the search has found. */
export interface FoundUrls {
  /** The first ones of the order, in their order. */
  readonly places: readonly Place[]
  /** How many URLs of this part meet the conditions, wherever they are in the order. */
  readonly matches: number
  /** Where the next part begins; null: this was the last one. */
  readonly next: number | null
}

/** Negative if `a` comes first. */
export function comparePlaces(a: Place, b: Place): number {
  return b.score - a.score || a.id - b.id
}
