import { expositionEnd, metricHead } from '../../metrics/exposition.ts'
import type { ExpositionFormat } from '../../metrics/exposition.ts'
import { URL_METRICS } from '../../metrics/url-metrics.ts'
import { totalSamples } from '../../metrics/total-samples.ts'
import type { TotalPoints } from '../../metrics/total-points.ts'
import type { UrlSamples } from '../../metrics/url-samples.ts'
import { compress } from './compress.ts'

/** What was collected for one scrape, or for several that came at the same time. Each form is made once. */
export class Scrape {
  readonly #totals: TotalPoints
  readonly #urls: UrlSamples
  readonly #texts = new Map<ExpositionFormat, Buffer<ArrayBuffer>>()
  readonly #compressed = new Map<ExpositionFormat, Promise<Buffer<ArrayBuffer>>>()

  constructor(totals: TotalPoints, urls: UrlSamples) {
    this.#totals = totals
    this.#urls = urls
  }

  /** The text in a format. */
  text(format: ExpositionFormat): Buffer<ArrayBuffer> {
    let text = this.#texts.get(format)
    if (text === undefined) {
      const parts: Buffer[] = [Buffer.from(totalSamples(this.#totals, format))]
      for (const metric of Object.values(URL_METRICS))
        parts.push(Buffer.from(metricHead(metric, format)), ...this.#urls.of(metric))
      parts.push(Buffer.from(expositionEnd(format)))
      text = Buffer.concat(parts)
      this.#texts.set(format, text)
    }
    return text
  }

  /** The text in a format, compressed outside of the event loop. */
  compressed(format: ExpositionFormat): Promise<Buffer<ArrayBuffer>> {
    let compressed = this.#compressed.get(format)
    if (compressed === undefined) {
      compressed = compress(this.text(format))
      this.#compressed.set(format, compressed)
    }
    return compressed
  }
}
