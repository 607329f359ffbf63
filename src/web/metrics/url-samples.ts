import { parseLabels } from '../../print/text/format-labels.ts'
import { metricLabels, escapeValue } from './metric-labels.ts'
import type { MetricLabels } from './metric-labels.ts'
import { PHASES, URL_METRICS } from './metrics.ts'
import type { Metric } from './metrics.ts'
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
      const { verdict } = row
      if (verdict === 'up' || verdict === 'down')
        lines.up += `${URL_METRICS.up.name}${labels}} ${verdict === 'up' ? 1 : 0}\n`
      if (row.at === 0) return
      if (row.status !== 0) lines.status += `${URL_METRICS.status.name}${labels}} ${row.status}\n`
      lines.duration += `${URL_METRICS.duration.name}${labels}} ${durationText(row.duration)}\n`
      for (const phase of PHASES)
        lines.phases += `${URL_METRICS.phases.name}${labels},phase="${phase}"} ${durationText(row[phase])}\n`
      lines.at += `${URL_METRICS.at.name}${labels}} ${Math.trunc(row.at) / 1000}\n`
      if (row.expiresAt > 0) lines.expiry += `${URL_METRICS.expiry.name}${labels}} ${row.expiresAt / 1000}\n`
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

/** Seconds, rounded to a tenth of a millisecond as in the JSON lines. */
function durationText(ms: number): number {
  return Math.round(ms * 10) / 10_000
}
