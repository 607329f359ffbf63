import type { ResourceId } from '../../resource/resource.ts'
import { joinParts, placeBefore } from '../../api/find-urls.ts'
import type { FoundUrls, UrlFilter } from '../../api/url-query.ts'
import type { ListRequest } from './api-parameters.ts'
import { ApiError } from './api-error.ts'
import { formatCursor, LAST_PAGE } from './cursor.ts'
import type { MonitorClient } from './monitor-client.ts'

/** URLs in one question: the monitor makes their JSON in a few ms. */
const ROWS_PER_QUESTION = 200

/** JSON of one page, in UTF-16 units. A page of very long URLs has fewer of them. */
const MAX_PAGE_LENGTH = 4_000_000

/** Searches that wait for others. One at a time is made: each takes some of the monitor's time. */
const MAX_WAITING = 32

const ALL: UrlFilter = { urls: null, text: '', verdicts: [], labels: [] }

/** A page of a list: its rows in JSON. */
interface FoundPage {
  readonly rows: readonly string[]
  readonly matches: number
  readonly cursor: string | null
}

/** Searches the monitor's URLs, a part at a time, so that the monitor does other work in between. */
export class UrlFinder {
  readonly #monitor: Pick<MonitorClient, 'ask'>
  readonly #complete: (rows: readonly string[]) => Promise<readonly string[]>
  /** Searches without a result, in progress or waiting; equal ones share it. */
  readonly #pending = new Map<string, Promise<string>>()
  #last: Promise<unknown> = Promise.resolve()

  /** `complete`: adds to the rows of a list what the monitor does not know. */
  constructor(
    monitor: Pick<MonitorClient, 'ask'>,
    complete: (rows: readonly string[]) => Promise<readonly string[]>,
  ) {
    this.#monitor = monitor
    this.#complete = complete
  }

  /** A page of a list as JSON. Rejects with a MonitorError when the monitor does not answer, with an ApiError when too many wait. */
  list(request: ListRequest): Promise<string> {
    return this.#inTurn(
      JSON.stringify(request),
      () => this.#list(request),
      (page) => this.#json(page),
    )
  }

  /** One URL as JSON, by its id or the spellings that it may have. Rejects as `list` does, and if no list has it. */
  one(url: ResourceId | readonly string[]): Promise<string> {
    if (typeof url === 'number') return this.#row([url], ALL)
    return this.#inTurn(
      JSON.stringify(url),
      () => this.#one(url),
      (row) => row,
    )
  }

  async #json({ rows, matches, cursor }: FoundPage): Promise<string> {
    const completed = await this.#complete(rows)
    return `{"urls":[${completed.join(',')}],"matches":${matches},"cursor":${JSON.stringify(cursor)}}`
  }

  /** `finish` makes the result of what a search has found. The next search does not wait for it. */
  #inTurn<Found>(
    key: string,
    search: () => Promise<Found>,
    finish: (found: Found) => string | Promise<string>,
  ): Promise<string> {
    const same = this.#pending.get(key)
    if (same !== undefined) return same
    if (this.#pending.size > MAX_WAITING)
      throw new ApiError(503, 'too many searches at once', { 'Retry-After': '1' })
    const found = this.#last.then(search)
    const result = found.then(finish).finally(() => this.#pending.delete(key))
    this.#pending.set(key, result)
    this.#last = found.catch(() => {}) // Whoever asked gets the error.
    return result
  }

  async #list({ filter, sort, limit, after, polls }: ListRequest): Promise<FoundPage> {
    const isLast = after === LAST_PAGE
    // One more tells whether there is a next page.
    const { places, matches } = await this.#find({ filter, sort, limit: isLast ? limit : limit + 1, after })
    const shown = places.slice(0, limit)
    const rows: string[] = []
    let used = 0
    let length = 0
    while (used < shown.length && length < MAX_PAGE_LENGTH) {
      const ids = shown.slice(used, used + ROWS_PER_QUESTION).map(({ id }) => id as ResourceId)
      const answer = await this.#monitor.ask({ type: 'rows', ids, filter, polls })
      used += answer.used
      for (const row of answer.rows) {
        rows.push(row)
        length += row.length
      }
    }
    if (isLast) return { rows: rows.toReversed(), matches, cursor: null }
    const last = used < places.length ? places[used - 1] : undefined
    return { rows, matches, cursor: last === undefined ? null : formatCursor(sort, last) }
  }

  async #one(urls: readonly string[]): Promise<string> {
    const filter: UrlFilter = { ...ALL, urls }
    const { places } = await this.#find({ filter, sort: 'list', limit: 1, after: null })
    return this.#row(
      places.map(({ id }) => id as ResourceId),
      filter,
    )
  }

  async #row(ids: readonly ResourceId[], filter: UrlFilter): Promise<string> {
    const { rows } = await this.#monitor.ask({ type: 'rows', ids, filter, polls: 0 })
    const [row] = rows
    if (row === undefined)
      throw new ApiError(404, 'no list has this URL; /api/v1/urls?q=TEXT finds URLs by a part of them')
    return row
  }

  /** The places of the last page come from its end, so that those are kept for which there is room. */
  async #find({
    filter,
    sort,
    limit,
    after: place,
  }: Omit<ListRequest, 'polls'>): Promise<Pick<FoundUrls, 'places' | 'matches'>> {
    const fromEnd = place === LAST_PAGE
    const after = fromEnd ? null : place
    let found: FoundUrls = { places: [], matches: 0, next: 0 }
    while (found.next !== null) {
      const before = placeBefore(found, limit)
      const search = { filter, sort, limit, after, before, fromEnd, from: found.next }
      found = joinParts(found, await this.#monitor.ask({ type: 'find', search }), limit)
    }
    const { places, matches } = found
    if (!fromEnd) return { places, matches }
    return { places: places.map(({ score, id }) => ({ score: -score, id: -id })), matches }
  }
}
