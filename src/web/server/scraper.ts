import type { UrlPage } from '../metrics/url-page.ts'
import { UrlSamples } from '../metrics/url-samples.ts'
import type { MonitorClient } from './monitor-client.ts'
import { processFacts } from './process-facts.ts'
import { Scrape } from './scrape.ts'

/** URLs in one question: the monitor answers it in about a millisecond, so that other work is not late. */
const MAX_URLS_PER_QUESTION = 250

/** Collects what `/metrics` says. Scrapes that come while one is being collected share it. */
export class Scraper {
  readonly #monitor: Pick<MonitorClient, 'ask'>
  readonly #maxUrls: number
  readonly #onCollision: (message: string) => void
  #current: Promise<Scrape> | null = null

  /** At most `maxUrls` URLs get series of their own. `onCollision` gets messages about labels that were left out. */
  constructor(monitor: Pick<MonitorClient, 'ask'>, maxUrls: number, onCollision: (message: string) => void) {
    this.#monitor = monitor
    this.#maxUrls = maxUrls
    this.#onCollision = onCollision
  }

  /** Rejects with a MonitorError when the monitor does not answer. */
  scrape(): Promise<Scrape> {
    this.#current ??= this.#collect().finally(() => (this.#current = null))
    return this.#current
  }

  async #collect(): Promise<Scrape> {
    const urls = new UrlSamples(this.#onCollision)
    const totals = await this.#monitor.ask({ type: 'totals' })
    let left = Math.min(this.#maxUrls, totals.urls)
    const omitted = totals.urls - left
    let from: number | null = 0
    while (left > 0 && from !== null) {
      const limit = Math.min(left, MAX_URLS_PER_QUESTION)
      const page: UrlPage = await this.#monitor.ask({ type: 'urls', from, limit })
      left -= urls.add(page.rows)
      from = page.next
    }
    return new Scrape(totals, omitted, await processFacts(), urls)
  }
}
