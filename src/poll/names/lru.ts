/** A map of at most `bound` entries: what has not been used for the longest goes first. */
export class Lru<V extends {}> {
  readonly #bound: number
  readonly #entries = new Map<string, V>()

  constructor(bound: number) {
    this.#bound = bound
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#entries.size
  }

  /** The entry, which becomes the one used last. */
  get(key: string): V | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  set(key: string, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#bound) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }

  clear(): void {
    this.#entries.clear()
  }
}
