/** Something that is due at a time. Its two fields belong to the heap. */
export interface DueItem {
  /** In ms; Infinity: never. */
  dueAt: number
  /** Where it is in the heap; -1: it is not. */
  place: number
}

/** Items in the order in which they are due: a binary heap that holds each item at most once, so it is bounded by the items. */
export class DueHeap<Item extends DueItem> {
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  /** Sets when an item is due; Infinity takes it out. */
  set(item: Item, dueAt: number): void {
    if (item.dueAt === dueAt) return
    item.dueAt = dueAt
    if (dueAt === Number.POSITIVE_INFINITY) {
      this.#remove(item)
      return
    }
    if (item.place < 0) item.place = this.#items.push(item) - 1
    this.#restore(item)
  }

  /** Takes out the first item that is due; null: none is. */
  take(now: number): Item | null {
    const [first] = this.#items
    if (first === undefined || first.dueAt > now) return null
    this.set(first, Number.POSITIVE_INFINITY)
    return first
  }

  #remove(item: Item): void {
    if (item.place < 0) return
    const last = this.#items.pop() as Item
    if (last !== item) {
      this.#put(last, item.place)
      this.#restore(last)
    }
    item.place = -1
  }

  #restore(item: Item): void {
    this.#moveUp(item)
    this.#moveDown(item)
  }

  #moveUp(item: Item): void {
    while (item.place > 0) {
      const parent = this.#items[(item.place - 1) >> 1] as Item
      if (parent.dueAt <= item.dueAt) return
      this.#swap(item, parent)
    }
  }

  #moveDown(item: Item): void {
    for (;;) {
      const left = this.#items[2 * item.place + 1]
      const right = this.#items[2 * item.place + 2]
      if (left === undefined) return
      const child = right !== undefined && right.dueAt < left.dueAt ? right : left
      if (child.dueAt >= item.dueAt) return
      this.#swap(item, child)
    }
  }

  #swap(item: Item, other: Item): void {
    const { place } = item
    this.#put(item, other.place)
    this.#put(other, place)
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item
    item.place = place
  }
}
