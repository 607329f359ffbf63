import type { PublicPage } from '../../settings/public-page.ts'
import type { UrlFilter } from '../../api/url-query.ts'
import type { UrlState } from '../../api/url-states.ts'
import type { MonitorClient } from './monitor-client.ts'
import type { RecorderClient } from './recorder-client.ts'

/** The most URLs of a page: all of them are in its HTML. */
const MAX_URLS = 10_000

/** A page has more URLs than it can show. */
export class PageError extends Error {}

/** What pages are made of. */
export interface PageSources {
  readonly monitor: Pick<MonitorClient, 'ask'>
  readonly recorder: Pick<RecorderClient, 'ask'>
  /** In ms since the epoch. */
  now(): number
  /** The monotonic clock, in ms. */
  monotonic(): number
  /** Something keeps a page from being made. */
  failed(error: Error): void
}

/** The states of all URLs of a page. Rejects with a MonitorError when the monitor does not answer, with a PageError if they are too many. */
export async function pageStates(
  monitor: Pick<MonitorClient, 'ask'>,
  { name, match }: PublicPage,
): Promise<UrlState[]> {
  const filter: UrlFilter = { urls: null, text: '', verdicts: [], labels: match }
  const states: UrlState[] = []
  let from: number | null = 0
  while (from !== null) {
    const part: { states: readonly UrlState[]; next: number | null } = await monitor.ask({
      type: 'states',
      filter,
      from,
    })
    states.push(...part.states)
    if (states.length > MAX_URLS)
      throw new PageError(`the public page ${name} matches more than ${MAX_URLS} URLs, which no page shows`)
    from = part.next
  }
  return states
}
