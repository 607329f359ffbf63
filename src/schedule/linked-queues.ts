import { ensureCapacity } from '../resource/ensure-capacity.ts'

/** No id: the end of a list. */
export const NONE = 0xffff_ffff

/** For each Resource, the id that follows it in its list. There is one link each, so a Resource can't be in two lists. */
export class Links {
  next: Uint32Array

  constructor(size: number) {
    this.next = new Uint32Array(size)
  }

  /** Makes room for ids below `size`. */
  grow(size: number): void {
    this.next = ensureCapacity(this.next, size)
  }
}

/** A first-in, first-out list of ids, chained by the links. */
export class Queue {
  readonly #links: Links
  #head = NONE
  #tail = NONE

  constructor(links: Links) {
    this.#links = links
  }

  /** The first id, or NONE. */
  get head(): number {
    return this.#head
  }

  /** Puts an id last. */
  push(id: number): void {
    this.#links.next[id] = NONE
    if (this.#tail === NONE) this.#head = id
    else this.#links.next[this.#tail] = id
    this.#tail = id
  }

  /** Puts an id first. */
  unshift(id: number): void {
    this.#links.next[id] = this.#head
    this.#head = id
    if (this.#tail === NONE) this.#tail = id
  }

  /** Removes and returns the first id, or NONE. */
  shift(): number {
    const id = this.#head
    if (id === NONE) return NONE
    this.#head = this.#links.next[id] as number
    if (this.#head === NONE) this.#tail = NONE
    return id
  }
}
