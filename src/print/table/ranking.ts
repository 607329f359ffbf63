import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { StateMap } from '../../state/state-map.ts'
import { formatLabels } from '../../resource/labels.ts'
import { displayUrl } from './cells.ts'
import { addTo, RowGroups } from './row-groups.ts'
import type { RowGroup } from './row-groups.ts'

/** The orders of the rows. */
export const SORTS = ['worst', 'changed', 'slowest', 'certificate', 'list'] as const

export type Sort = (typeof SORTS)[number]

/** URLs that are examined between two checks of the clock. */
const URLS_PER_CLOCK_CHECK = 500

/** Times of day in ms are below this until the year 2527, so a rank can be added in front of them. */
const TIME_LIMIT = 2 ** 44

const RANKS: Readonly<Record<Verdict, number>> = { up: 0, pending: 1, unknown: 2, down: 3 }

/**
 * Finds the first rows of the list in some order. It passes over the list in slices, so that a long list does not delay other
 * work, and sorts only a few thousand candidates. The map must have RecentPolls.
 */
export class Ranking {
  readonly #map: StateMap
  #sort: Sort = 'worst'
  #search = ''
  #only: Verdict | null = null
  /** The next URL to examine; the pass ends at the end of the list. */
  #nextId = 0
  #label: string | null = null
  #open = new RowGroups(null)
  #matches = 0
  #lastMatches = 0
  #groups: readonly RowGroup[] = []
  /** No pass for this order and search has ended yet. */
  #isFirstPass = true

  constructor(map: StateMap) {
    this.#map = map
  }

  /** The first rows that are known so far, at most MAX_ROWS, in groups; in one if they are not grouped. */
  get groups(): readonly RowGroup[] {
    return this.#groups
      .map((group) => ({ ...group, ids: group.ids.filter((id) => this.#map.has(id)) }))
      .filter(({ ids }) => ids.length > 0)
  }

  /** The same without their groups. */
  get ids(): readonly ResourceId[] {
    return this.groups.flatMap(({ ids }) => ids)
  }

  /** How many URLs are known to match the search so far. */
  get matches(): number {
    return this.#isFirstPass ? this.#matches : this.#lastMatches
  }

  /** The share of the list that a new search has covered, from 0 to 1. */
  get searchProgress(): number {
    return this.#isFirstPass && this.#map.limit > 0 ? this.#nextId / this.#map.limit : 1
  }

  /**
   * Sets order, search, the verdict that URLs must have (null: any), and the label by which they are grouped (null: none). `search` is
   * matched with URL, verdict, reason, status and labels, ignoring case.
   */
  setQuery(sort: Sort, search: string, only: Verdict | null = null, label: string | null = null): void {
    if (sort === this.#sort && search === this.#search && only === this.#only && label === this.#label) return
    this.#label = label
    this.#only = only
    this.#sort = sort
    this.#search = search
    this.#isFirstPass = true
    this.#restart()
  }

  /** Continues the pass until it ends or `shouldStop`, which is called from time to time, returns true. */
  scan(shouldStop: () => boolean): void {
    const { limit } = this.#map
    if (this.#nextId >= limit) this.#restart()
    const groupOf = this.#open.finder(this.#map)
    do {
      const end = Math.min(limit, this.#nextId + URLS_PER_CLOCK_CHECK)
      for (; this.#nextId < end; this.#nextId++) this.#consider(this.#nextId, groupOf)
    } while (this.#nextId < limit && !shouldStop())
    const over = this.#nextId >= limit
    if (!over && !this.#isFirstPass) return
    this.#groups = this.#open.ranked()
    this.#lastMatches = this.#matches
    if (over) this.#isFirstPass = false
  }

  #restart(): void {
    this.#nextId = 0
    this.#open = new RowGroups(this.#label)
    this.#matches = 0
  }

  #consider(id: number, groupOf: ReturnType<RowGroups['finder']>): void {
    if (!this.#map.has(id)) return
    const verdict = this.#map.verdict(id)
    const isListed = this.#only === null || verdict === this.#only
    // Headings count the others too.
    if (!isListed && this.#label === null) return
    if (this.#search !== '' && !this.#isMatch(id)) return
    if (isListed) this.#matches++
    addTo(groupOf(id), { id, score: isListed ? this.#score(id) : 0 }, verdict, isListed)
  }

  #isMatch(id: ResourceId): boolean {
    const { url, verdict, reason, status } = this.#map.get(id)
    const answer = verdict === 'pending' ? '' : `${reason} ${status}`
    const labels = formatLabels(this.#map.labels(id))
    const text = `${displayUrl(url)} ${url} ${verdict} ${answer} ${labels}`
    return text.toLowerCase().includes(this.#search.toLowerCase())
  }

  #score(id: ResourceId): number {
    const recentPolls = this.#map.recentPolls
    switch (this.#sort) {
      case 'worst':
        return RANKS[this.#map.verdict(id)] * TIME_LIMIT + (recentPolls?.changedAt(id) ?? 0)
      case 'changed':
        return recentPolls?.changedAt(id) ?? 0
      case 'slowest':
        return recentPolls?.durationMs(id) ?? 0
      case 'certificate':
        return -(recentPolls?.expiresAt(id) ?? 0) || -TIME_LIMIT
      case 'list':
        return -Number(id)
      default:
        return this.#sort satisfies never
    }
  }
}
