import type { Usage } from '../../state/usage.ts'

/** The neighbours of an entry in the list. The list is a ring: a link that is not an entry joins the newest and the oldest. */
interface Link {
  newer: Link
  older: Link
}

interface Entry<V> extends Link {
  readonly key: string
  value: V
}

/**
 * A map of at most `max` entries, which drops the least recently used one. A linked list keeps the order: the order of a Map
 * would be slow, because finding its first key walks over all keys deleted before.
 */
export class LruCache<V> {
  readonly #map = new Map<string, Entry<V>>()
  readonly #max: number
  #ends = emptyRing()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#map.size
  }

  get usage(): Usage {
    return { used: this.#map.size, most: this.#max }
  }

  /** The value of a key. Counts as a use. */
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
    // `max` is at least 1, so that there is an oldest entry here.
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
    // Unlinked, because a dead entry in the old generation of the heap would keep its neighbours alive.
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
