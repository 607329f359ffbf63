import { UrlSamples } from '../../metrics/url-samples.ts'
import { collect } from './collect.ts'
import type { MonitorClient } from './monitor-client.ts'
import { Scrape } from './scrape.ts'

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
    const { totals } = await collect(this.#monitor, this.#maxUrls, (rows) => urls.add(rows))
    return new Scrape(totals, urls)
  }
}
