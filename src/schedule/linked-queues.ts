import { ensureCapacity } from '../resource/ensure-capacity.ts'

/** No id: the end of a list. */
export const NONE = 0xffff_ffff

/**
 * One link for each Resource: the id that comes after it in the one list that it is in. That there is one link each is
 * why a Resource cannot be in two lists at once.
 */
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

/** A first-in, first-out list of ids, threaded through the links. */
export class Queue {
  readonly #links: Links
  #head = NONE
  #tail = NONE

  constructor(links: Links) {
    this.#links = links
  }

  /** The next id to be taken, or NONE. */
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

  /** Takes the first id, or NONE. */
  shift(): number {
    const id = this.#head
    if (id === NONE) return NONE
    this.#head = this.#links.next[id] as number
    if (this.#head === NONE) this.#tail = NONE
    return id
  }
}
