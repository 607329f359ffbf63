import { totalPoints } from '../../metrics/total-points.ts'
import type { TotalPoints } from '../../metrics/total-points.ts'
import type { UrlPage } from '../../metrics/url-page.ts'
import type { MonitorClient } from './monitor-client.ts'
import { processFacts } from './process-facts.ts'

/** URLs in one question: the monitor answers it in about a millisecond, so that other work is not late. */
const MAX_URLS_PER_QUESTION = 250

/**
 * Asks the monitor for everything that metrics say. `add` gets packed UrlRows of the first `maxUrls` URLs, and returns how many they
 * were. Counters began at `since`, in ms since the epoch. Rejects with a MonitorError when the monitor does not answer.
 */
export async function collect(
  monitor: Pick<MonitorClient, 'ask'>,
  maxUrls: number,
  add: (rows: ArrayBuffer) => number,
): Promise<{ readonly totals: TotalPoints; readonly since: number }> {
  const totals = await monitor.ask({ type: 'totals' })
  let left = Math.min(maxUrls, totals.urls)
  const omitted = totals.urls - left
  let from: number | null = 0
  while (left > 0 && from !== null) {
    const limit = Math.min(left, MAX_URLS_PER_QUESTION)
    const page: UrlPage = await monitor.ask({ type: 'urls', from, limit })
    left -= add(page.rows)
    from = page.next
  }
  return { totals: totalPoints(totals, omitted, await processFacts()), since: totals.since }
}
