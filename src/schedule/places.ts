/** Who has the Resources: `asleep + due + all pollers` is always their number. */
export interface Owners {
  asleep: number
  due: number
  /** At each poller, or on a channel to or from it. */
  pollers: number[]
}

export const ASLEEP = 0
export const DUE = 1
/** Poller k, from 0, is `AT_POLLER + k`. */
export const AT_POLLER = 2

/** Where each Resource is, and how many are where. Two bytes each. */
export class Places {
  readonly #places: Uint16Array
  readonly #owners: Owners

  /** All are asleep. */
  constructor(count: number, pollers: number) {
    this.#places = new Uint16Array(count)
    this.#owners = { asleep: count, due: 0, pollers: Array.from({ length: pollers }, () => 0) }
  }

  /** Who has the Resources now. */
  get owners(): Owners {
    return { ...this.#owners, pollers: [...this.#owners.pollers] }
  }

  /** How many a poller has. */
  held(poller: number): number {
    return this.#owners.pollers[poller] as number
  }

  /** Where a Resource is; ASLEEP for one that there is not. */
  of(id: number): number {
    return this.#places[id] ?? ASLEEP
  }

  move(id: number, to: number): void {
    this.#count(this.of(id), -1)
    this.#count(to, 1)
    this.#places[id] = to
  }

  #count(place: number, by: number): void {
    if (place === ASLEEP) this.#owners.asleep += by
    else if (place === DUE) this.#owners.due += by
    else this.#owners.pollers[place - AT_POLLER]! += by
  }
}
