import type { MessagePort } from 'node:worker_threads'
import { parseLabels } from '../../resource/labels.ts'
import type { PublicPage } from '../../settings/public-page.ts'
import { ASSETS, pageAssets } from '../public/page-assets.ts'
import { pageHtml } from '../public/page-html.ts'
import { pageView } from '../public/page-view.ts'
import { MonitorClient } from '../server/monitor-client.ts'
import { pageStates } from '../server/page-source.ts'
import { writePage } from './write-page.ts'

/** Whether a URL with these labels is in a maintenance window at a time in ms since the epoch. */
export type InMaintenance = (labels: Readonly<Record<string, string>>, now: number) => boolean

/** Writes public pages as files when each URL was polled once. */
export class PageExport {
  readonly #directory: string
  readonly #pages: readonly PublicPage[]
  readonly #now: () => number
  readonly #inMaintenance: InMaintenance
  #problem: string | null = 'the URLs were not polled'

  /** `now`: in ms since the epoch. */
  constructor(
    directory: string,
    pages: readonly PublicPage[],
    now: () => number,
    inMaintenance: InMaintenance,
  ) {
    this.#directory = directory
    this.#pages = pages
    this.#now = now
    this.#inMaintenance = inMaintenance
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
        const now = this.#now()
        const maintained = states.filter(({ labels }) => this.#inMaintenance(parseLabels(labels), now))
        const view = pageView(page, states, now, new Set(maintained.map(({ url }) => url)))
        const html = pageHtml(view, null, assets)
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
