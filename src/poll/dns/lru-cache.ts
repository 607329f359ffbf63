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
  readonly #dropped: (value: V) => void
  #ends = emptyRing()

  /** `dropped` is called with each value that is no longer in it, except by `clear`. */
  constructor(max: number, dropped: (value: V) => void = () => {}) {
    this.#max = max
    this.#dropped = dropped
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
      this.#dropped(entry.value)
      entry.value = value
      this.#makeNewest(entry)
      return
    }
    // `max` is at least 1, so that there is an oldest entry here.
    if (this.#map.size >= this.#max) this.deleteOldest()
    const { older: newest } = this.#ends
    // A copy: in Node 24, V8 keeps all of a long text, such as a URL, for a part of it.
    const added = { key: Buffer.from(key).toString(), value, newer: this.#ends, older: newest }
    newest.newer = this.#ends.older = added
    this.#map.set(added.key, added)
  }

  /** Drops the least recently used entry. Call it only if there is one. */
  deleteOldest(): void {
    this.delete((this.#ends.newer as Entry<V>).key)
  }

  delete(key: string): void {
    const entry = this.#map.get(key)
    if (entry === undefined) return
    this.#map.delete(key)
    this.#dropped(entry.value)
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
