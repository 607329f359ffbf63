import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { expositionEnd, metricHead } from '../metrics/exposition.ts'
import type { ExpositionFormat } from '../metrics/exposition.ts'
import { URL_METRICS } from '../metrics/metrics.ts'
import type { Totals } from '../metrics/metrics-recorder.ts'
import { totalSamples } from '../metrics/total-samples.ts'
import type { ProcessFacts } from '../metrics/total-samples.ts'
import type { UrlSamples } from '../metrics/url-samples.ts'

/** Samples repeat much, so that little effort is enough. */
const GZIP = { level: constants.Z_BEST_SPEED }

const compress = promisify(gzip)

/** What was collected for one scrape, or for several that came at the same time. Each form is made once. */
export class Scrape {
  readonly #totals: Totals
  readonly #facts: ProcessFacts
  readonly #urls: UrlSamples
  readonly #omitted: number
  readonly #texts = new Map<ExpositionFormat, Buffer>()
  readonly #compressed = new Map<ExpositionFormat, Promise<Buffer>>()

  constructor(totals: Totals, omitted: number, facts: ProcessFacts, urls: UrlSamples) {
    this.#totals = totals
    this.#omitted = omitted
    this.#facts = facts
    this.#urls = urls
  }

  /** The text in a format. */
  text(format: ExpositionFormat): Buffer {
    let text = this.#texts.get(format)
    if (text === undefined) {
      const parts: Buffer[] = [Buffer.from(totalSamples(this.#totals, this.#omitted, this.#facts, format))]
      for (const metric of Object.values(URL_METRICS))
        parts.push(Buffer.from(metricHead(metric, format)), ...this.#urls.of(metric))
      parts.push(Buffer.from(expositionEnd(format)))
      text = Buffer.concat(parts)
      this.#texts.set(format, text)
    }
    return text
  }

  /** The text in a format, compressed outside of the event loop. */
  compressed(format: ExpositionFormat): Promise<Buffer> {
    let compressed = this.#compressed.get(format)
    if (compressed === undefined) {
      compressed = compress(this.text(format), GZIP)
      this.#compressed.set(format, compressed)
    }
    return compressed
  }
}
