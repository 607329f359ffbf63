import type { Usage } from '../../state/usage.ts'

export type { Usage } from '../../state/usage.ts'

/** What is next to an entry. A list is a ring: one link that is no entry stands between the newest and the oldest. */
interface Link {
  newer: Link
  older: Link
}

interface Entry<V> extends Link {
  readonly key: string
  value: V
}

/**
 * A map of bounded size: what was used least recently goes first. The order is a list of its own: a Map whose oldest key is
 * deleted again and again walks over all that were deleted before, each time.
 */
export class Lru<V> {
  readonly #map = new Map<string, Entry<V>>()
  readonly #max: number
  #ends = emptyRing()

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
    const entry = this.#map.get(key)
    if (entry === undefined) return undefined
    this.#makeNewest(entry)
    return entry.value
  }

  set(key: string, value: V): void {
    const entry = this.#map.get(key)
    if (entry !== undefined) {
      entry.value = value
      this.#makeNewest(entry)
      return
    }
    // The bound is above 0: where it is reached, there is an oldest.
    if (this.#map.size >= this.#max) this.delete((this.#ends.newer as Entry<V>).key)
    const { older: newest } = this.#ends
    const added = { key, value, newer: this.#ends, older: newest }
    newest.newer = this.#ends.older = added
    this.#map.set(key, added)
  }

  delete(key: string): void {
    const entry = this.#map.get(key)
    if (entry === undefined) return
    this.#map.delete(key)
    unlink(entry)
    // A dead one in the old generation would keep others alive.
    entry.newer = entry.older = entry
  }

  clear(): void {
    this.#map.clear()
    this.#ends = emptyRing()
  }

  #makeNewest(entry: Entry<V>): void {
    if (entry.newer === this.#ends) return
    unlink(entry)
    const { older: newest } = this.#ends
    entry.newer = this.#ends
    entry.older = newest
    newest.newer = this.#ends.older = entry
  }
}

function emptyRing(): Link {
  const link = {} as Link
  link.newer = link.older = link
  return link
}

function unlink(entry: Link): void {
  entry.older.newer = entry.newer
  entry.newer.older = entry.older
}
