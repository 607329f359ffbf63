import { parseLabels } from '../resource/labels.ts'
import { metricLabels, escapeValue } from './metric-labels.ts'
import type { MetricLabels } from './metric-labels.ts'
import { URL_METRICS } from './url-metrics.ts'
import type { Metric } from './metric.ts'
import { urlPoints } from './url-points.ts'
import { unpackRows } from './url-page.ts'
import type { UrlRow } from './url-page.ts'

/** Different sets of labels that are kept as text. At this number all are dropped. */
const MAX_CACHED = 10_000

/** The samples of each metric of URLs, which are the same in both formats. */
export class UrlSamples {
  readonly #chunks = new Map<Metric, Buffer[]>(Object.values(URL_METRICS).map((metric) => [metric, []]))
  readonly #cache = new Map<string, MetricLabels>()
  readonly #onCollision: (message: string) => void

  /** `onCollision` gets a message about labels that were left out. */
  constructor(onCollision: (message: string) => void) {
    this.#onCollision = onCollision
  }

  /** Adds the URLs of a page. Returns how many they are. */
  add(rows: ArrayBuffer): number {
    let count = 0
    const lines = { up: '', status: '', duration: '', phases: '', at: '', expiry: '' }
    unpackRows(rows, (row) => {
      count++
      const labels = `{url="${escapeValue(row.url)}"${this.#labels(row)}`
      urlPoints(row, (metric, value, phase) => {
        lines[metric] +=
          phase === ''
            ? `${URL_METRICS[metric].name}${labels}} ${value}\n`
            : `${URL_METRICS[metric].name}${labels},phase="${phase}"} ${value}\n`
      })
    })
    for (const [key, text] of Object.entries(lines))
      if (text !== '') this.#chunks.get(URL_METRICS[key as keyof typeof lines])?.push(Buffer.from(text))
    return count
  }

  /** The samples of a metric. */
  of(metric: Metric): readonly Buffer[] {
    return this.#chunks.get(metric) ?? []
  }

  #labels({ labels, url }: UrlRow): string {
    if (labels === '') return ''
    let known = this.#cache.get(labels)
    if (known === undefined) {
      known = metricLabels(parseLabels(labels))
      if (known.collision !== null) this.#onCollision(`${url}: ${known.collision}; one is left out`)
      if (this.#cache.size >= MAX_CACHED) this.#cache.clear()
      this.#cache.set(labels, known)
    }
    return known.text
  }
}
