import { createHistogram } from 'node:perf_hooks'

/** Percentiles in ms; 0 if nothing was recorded. */
export interface Percentiles {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Records times in ms in an HDR histogram of µs with three significant digits. It always takes 250 KB. */
export class Histogram {
  readonly #histogram = createHistogram({ lowest: 1, highest: 2 ** 40, figures: 3 })

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1000)))
  }

  /** Adds everything that another histogram has recorded. */
  add(other: Histogram): void {
    this.#histogram.add(other.#histogram)
  }

  reset(): void {
    this.#histogram.reset()
  }

  percentiles(): Percentiles {
    const at = (percentile: number) => this.#ms(this.#histogram.percentile(percentile))
    return { p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: this.#ms(this.#histogram.max) }
  }

  #ms(us: number): number {
    return us / 1000
  }
}
