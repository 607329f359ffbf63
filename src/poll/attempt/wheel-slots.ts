/** What is in no slot. */
const NO_SLOT = -1

/**
 * An entry of the slots. One that was removed refers to no other: as garbage in the old generation of V8's heap it would keep young ones
 * alive until all of the heap is collected, as the tables of a Map or Set do that has grown.
 */
export class WheelEntry<T> {
  readonly value: T
  /** The number of its slot; NO_SLOT: in none. */
  slot = NO_SLOT
  previous: WheelEntry<T> | null = null
  next: WheelEntry<T> | null = null

  constructor(value: T) {
    this.value = value
  }
}

/** The slots of a timing wheel. Each is a list that is linked in both directions, so adding and removing take constant time and allocate nothing. */
export class WheelSlots<T> {
  readonly #first: (WheelEntry<T> | null)[]

  constructor(slots: number) {
    this.#first = Array.from({ length: slots }, () => null)
  }

  /** Adds an entry that is in no slot. */
  add(entry: WheelEntry<T>, slot: number): void {
    const first = this.#first[slot] ?? null
    entry.slot = slot
    entry.next = first
    if (first !== null) first.previous = entry
    this.#first[slot] = entry
  }

  /** Removes an entry. Returns whether it was in a slot. */
  remove(entry: WheelEntry<T>): boolean {
    const { slot, previous, next } = entry
    if (slot === NO_SLOT) return false
    if (previous === null) this.#first[slot] = next
    else previous.next = next
    if (next !== null) next.previous = previous
    entry.slot = NO_SLOT
    entry.previous = null
    entry.next = null
    return true
  }

  /** The entries of a slot for which `isWanted`, at this moment. */
  filter(slot: number, isWanted: (value: T) => boolean): WheelEntry<T>[] {
    const found: WheelEntry<T>[] = []
    for (let entry = this.#first[slot] ?? null; entry !== null; entry = entry.next)
      if (isWanted(entry.value)) found.push(entry)
    return found
  }
}
