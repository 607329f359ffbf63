import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { StateMap } from '../../state/map.ts'
import { labelsLine } from '../labels.ts'
import { urlText } from './cells.ts'

/** In what order rows come. */
export const SORTS = ['worst', 'changed', 'slowest', 'certificate', 'list'] as const

export type Sort = (typeof SORTS)[number]

/** How many rows are kept in order: what lies behind is found by searching. */
export const MOST_ROWS = 1_000

/** URLs looked at between two looks at the clock. */
const STRIDE = 500

/** Times of day in ms stay below this until the year 2527, so that a rank can stand before them. */
const BEYOND_TIMES = 2 ** 44

const RANKS: Readonly<Record<Verdict, number>> = { up: 0, pending: 1, unknown: 2, down: 3 }

/**
 * The first rows of a list in some order, found by passes over it, a slice at a time: however long the list, a slice takes
 * no longer than it may, and nothing is sorted but a few thousand candidates. The map has a History.
 */
export class Ranking {
  readonly #map: StateMap
  #sort: Sort = 'worst'
  #search = ''
  /** The next URL to look at; the pass is over at the end of the list. */
  #at = 0
  #candidates: { id: ResourceId; score: number }[] = []
  /** What a candidate must score more than, once there are enough. */
  #least = Number.NEGATIVE_INFINITY
  #matches = 0
  #found = 0
  #ids: readonly ResourceId[] = []
  /** No pass for this order and search is over yet. */
  #first = true

  constructor(map: StateMap) {
    this.#map = map
  }

  /** The first rows, as far as is known; at most MOST_ROWS. */
  get ids(): readonly ResourceId[] {
    return this.#ids.filter((id) => this.#map.has(id))
  }

  /** How many URLs match the search, as far as is known. */
  get matches(): number {
    return this.#first ? this.#matches : this.#found
  }

  /** How much of the list a new search has seen: 0 to 1. */
  get searched(): number {
    return this.#first && this.#map.limit > 0 ? this.#at / this.#map.limit : 1
  }

  /** Says what is wanted. `search` is looked for in the URL, verdict, reason, status and labels, in any case. */
  want(sort: Sort, search: string): void {
    if (sort === this.#sort && search === this.#search) return
    this.#sort = sort
    this.#search = search
    this.#first = true
    this.#restart()
  }

  /** Goes on with the pass until it is over or `enough` says so, which is asked from time to time. */
  scan(enough: () => boolean): void {
    const { limit } = this.#map
    if (this.#at >= limit) this.#restart()
    do {
      const end = Math.min(limit, this.#at + STRIDE)
      for (; this.#at < end; this.#at++) this.#look(this.#at)
    } while (this.#at < limit && !enough())
    const over = this.#at >= limit
    if (!over && !this.#first) return
    this.#cut()
    this.#ids = this.#candidates.map(({ id }) => id)
    this.#found = this.#matches
    if (over) this.#first = false
  }

  #restart(): void {
    this.#at = 0
    this.#candidates = []
    this.#least = Number.NEGATIVE_INFINITY
    this.#matches = 0
  }

  #look(id: number): void {
    if (!this.#map.has(id)) return
    if (this.#search !== '' && !this.#isMatch(id)) return
    this.#matches++
    const score = this.#score(id)
    if (score <= this.#least) return
    this.#candidates.push({ id, score })
    if (this.#candidates.length < 2 * MOST_ROWS) return
    this.#cut()
    this.#least = this.#candidates.at(-1)?.score ?? this.#least
  }

  /** The best come first; of equals, in the order of the list. */
  #cut(): void {
    this.#candidates.sort((a, b) => b.score - a.score || a.id - b.id)
    this.#candidates.length = Math.min(this.#candidates.length, MOST_ROWS)
  }

  #isMatch(id: ResourceId): boolean {
    const { url, verdict, reason, status } = this.#map.get(id)
    const answer = verdict === 'pending' ? '' : `${reason} ${status}`
    const labels = labelsLine(this.#map.labels(id))
    const text = `${urlText(url)} ${url} ${verdict} ${answer} ${labels}`
    return text.toLowerCase().includes(this.#search.toLowerCase())
  }

  #score(id: ResourceId): number {
    const history = this.#map.history
    switch (this.#sort) {
      case 'worst':
        return RANKS[this.#map.verdict(id)] * BEYOND_TIMES + (history?.changedAt(id) ?? 0)
      case 'changed':
        return history?.changedAt(id) ?? 0
      case 'slowest':
        return history?.durationMs(id) ?? 0
      case 'certificate':
        return -(history?.expiresAt(id) ?? 0) || -BEYOND_TIMES
      case 'list':
        return -Number(id)
      default:
        return this.#sort satisfies never
    }
  }
}
