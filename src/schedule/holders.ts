import { ensureCapacity } from '../resource/ensure-capacity.ts'

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
export class Holders {
  #holders: Uint16Array
  readonly #counts: Owners

  /** Room for ids below `limit`, none of which is anywhere. */
  constructor(limit: number, pollers: number) {
    this.#holders = new Uint16Array(limit)
    this.#counts = { asleep: 0, due: 0, pollers: Array.from({ length: pollers }, () => 0) }
  }

  /** Makes room for ids below `limit`. */
  grow(limit: number): void {
    this.#holders = ensureCapacity(this.#holders, limit)
  }

  /** Who has the Resources now. */
  get owners(): Owners {
    return { ...this.#counts, pollers: [...this.#counts.pollers] }
  }

  /** How many a poller has. */
  count(poller: number): number {
    return this.#counts.pollers[poller] as number
  }

  /** Where a Resource is. */
  of(id: number): number {
    return this.#holders[id] ?? NOWHERE
  }

  move(id: number, to: number): void {
    this.#count(this.of(id), -1)
    this.#count(to, 1)
    this.#holders[id] = to
  }

  #count(place: number, by: number): void {
    if (place === ASLEEP) this.#counts.asleep += by
    else if (place === DUE) this.#counts.due += by
    else if (place !== NOWHERE) this.#counts.pollers[place - AT_POLLER]! += by
  }
}
