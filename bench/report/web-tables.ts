import type { Web } from '../scenarios/web.ts'
import { shown, table } from './table.ts'

/** The figures of answers over HTTP, as Markdown. */
export function webTable({ metricsMs, aggregatesMs, queries, heldUpMs, heldUpBeforeMs }: Web): string {
  return table(
    ['figure', 'measured'],
    [
      ['/metrics of 10,000 URLs, ms', shown(metricsMs)],
      ['/metrics of 1,000,000 URLs, sums only, ms', shown(aggregatesMs)],
      ...queries.map(({ query, ms }) => [`/api/v1/urls?${query} of 1,000,000 URLs, ms`, shown(ms)]),
      ["longest delay of the monitor's event loop meanwhile, ms", shown(heldUpMs)],
      ['the same while nobody asks, ms', shown(heldUpBeforeMs)],
    ],
  )
}

/** The poll rate with scrapes, as a share of that without; NaN if it was not measured. */
export function scrapedShare(web: Web | undefined): number {
  const [plain, scraped] = web?.results ?? []
  if (plain === undefined || scraped === undefined) return Number.NaN
  return scraped.pollsPerCpuSecond / plain.pollsPerCpuSecond
}
