/** Upper bounds of the buckets, in seconds; the last bucket has none. */
export const BUCKET_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const

/** What a histogram has counted. */
export interface HistogramData {
  /** How many times were within each bound but not within the one before; the last: above all. */
  readonly buckets: readonly number[]
  /** In seconds. */
  readonly sum: number
}

/** Counts times in the buckets that `/metrics` shows. */
export class PollHistogram {
  readonly #buckets = BUCKET_BOUNDS.map(() => 0).concat(0)
  #sum = 0

  /** Adds a time in ms. */
  record(ms: number): void {
    const seconds = ms / 1000
    let bucket = 0
    while (bucket < BUCKET_BOUNDS.length && seconds > (BUCKET_BOUNDS[bucket] as number)) bucket++
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1
    this.#sum += seconds
  }

  get data(): HistogramData {
    return { buckets: [...this.#buckets], sum: this.#sum }
  }
}
