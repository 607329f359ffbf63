import type { MessagePort } from 'node:worker_threads'
import type { PublicPage } from '../../settings/public-page.ts'
import { ASSETS, pageAssets } from '../public/page-assets.ts'
import { pageHtml } from '../public/page-html.ts'
import { pageView } from '../public/page-view.ts'
import { MonitorClient } from '../server/monitor-client.ts'
import { pageStates } from '../server/page-source.ts'
import { writePage } from './write-page.ts'

/** No history is kept, which would know of maintenance. */
const NONE: ReadonlySet<string> = new Set()

/** Writes public pages as files when each URL was polled once. */
export class PageExport {
  readonly #directory: string
  readonly #pages: readonly PublicPage[]
  readonly #now: () => number
  #problem: string | null = 'the URLs were not polled'

  /** `now`: in ms since the epoch. */
  constructor(directory: string, pages: readonly PublicPage[], now: () => number) {
    this.#directory = directory
    this.#pages = pages
    this.#now = now
  }

  /** Why the pages were not written; null: they were. */
  get problem(): string | null {
    return this.#problem
  }

  /** Writes the pages with what the monitor on this port knows. Never rejects: see `problem`. */
  async write(questions: MessagePort): Promise<void> {
    const monitor = new MonitorClient()
    monitor.setPort(questions)
    try {
      for (const page of this.#pages) {
        const assets = pageAssets(page)
        const states = await pageStates(monitor, page)
        const html = pageHtml(pageView(page, states, this.#now(), NONE), null, assets)
        const files = assets.files.map(({ name, bytes }) => ({ name: `${ASSETS}/${name}`, bytes }))
        await writePage(this.#directory, page.name, Buffer.from(html), files)
      }
      this.#problem = null
    } catch (error) {
      this.#problem = (error as Error).message
    } finally {
      questions.close()
    }
  }
}
