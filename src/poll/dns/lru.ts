import type { Usage } from '../../state/usage.ts'

export type { Usage } from '../../state/usage.ts'

/** A map of bounded size: what was used least recently goes first. */
export class Lru<V> {
  readonly #map = new Map<string, V>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#map.size
  }

  get fill(): Usage {
    return { used: this.#map.size, most: this.#max }
  }

  /** Counts as a use. */
  get(key: string): V | undefined {
    const value = this.#map.get(key)
    if (value === undefined) return undefined
    this.#map.delete(key)
    this.#map.set(key, value)
    return value
  }

  set(key: string, value: V): void {
    this.#map.delete(key)
    if (this.#map.size >= this.#max) {
      for (const oldest of this.#map.keys()) {
        this.#map.delete(oldest)
        break
      }
    }
    this.#map.set(key, value)
  }

  delete(key: string): void {
    this.#map.delete(key)
  }

  clear(): void {
    this.#map.clear()
  }
}
