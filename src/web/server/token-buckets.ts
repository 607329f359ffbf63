interface Bucket {
  tokens: number
  filledAt: number
}

/** Limits how often something happens, for each of many keys. Bounded: the key goes that was not seen for longest. */
export class TokenBuckets {
  readonly #burst: number
  readonly #perMs: number
  readonly #maxKeys: number
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>()

  /** `burst` times at once, and then `perSecond`. */
  constructor(burst: number, perSecond: number, maxKeys: number) {
    this.#burst = burst
    this.#perMs = perSecond / 1_000
    this.#maxKeys = maxKeys
  }

  /** How many keys there are. */
  get size(): number {
    return this.#buckets.size
  }

  /** Whether it may happen once more now. `now`: in ms, from any beginning. */
  take(key: string, now: number): boolean {
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, filledAt: now }
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (now - bucket.filledAt) * this.#perMs)
    bucket.filledAt = now
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > this.#maxKeys) {
      const [longest = key] = this.#buckets.keys()
      this.#buckets.delete(longest)
    }
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}
