import { grown } from '../resource/grown.ts'

/** Who has the Resources: `asleep + due + all pollers` is always their number. */
export interface Owners {
  asleep: number
  due: number
  /** At each poller, or on a channel to or from it. */
  pollers: number[]
}

/** There is no Resource with this id. */
export const NOWHERE = 0
export const ASLEEP = 1
export const DUE = 2
/** Poller k, from 0, is `AT_POLLER + k`. */
export const AT_POLLER = 3

/** Where each Resource is, and how many are where. Two bytes each. */
export class Places {
  #places: Uint16Array
  readonly #owners: Owners

  /** Room for ids below `limit`, none of which is anywhere. */
  constructor(limit: number, pollers: number) {
    this.#places = new Uint16Array(limit)
    this.#owners = { asleep: 0, due: 0, pollers: Array.from({ length: pollers }, () => 0) }
  }

  /** Makes room for ids below `limit`. */
  grow(limit: number): void {
    this.#places = grown(this.#places, limit)
  }

  /** Who has the Resources now. */
  get owners(): Owners {
    return { ...this.#owners, pollers: [...this.#owners.pollers] }
  }

  /** How many a poller has. */
  held(poller: number): number {
    return this.#owners.pollers[poller] as number
  }

  /** Where a Resource is. */
  of(id: number): number {
    return this.#places[id] ?? NOWHERE
  }

  move(id: number, to: number): void {
    this.#count(this.of(id), -1)
    this.#count(to, 1)
    this.#places[id] = to
  }

  #count(place: number, by: number): void {
    if (place === ASLEEP) this.#owners.asleep += by
    else if (place === DUE) this.#owners.due += by
    else if (place !== NOWHERE) this.#owners.pollers[place - AT_POLLER]! += by
  }
}
