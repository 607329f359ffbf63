import { ensureCapacity } from '../resource/ensure-capacity.ts'

/** How many Resources each owner has. `asleep + due + all pollers` is always the number of Resources. */
export interface Owners {
  asleep: number
  due: number
  /** In each poller, or on a channel to or from it. */
  pollers: number[]
}

// What holds a Resource.

/** No Resource has this id. */
export const NOWHERE = 0
export const ASLEEP = 1
export const DUE = 2
/** The poller with index k is `AT_POLLER + k`. */
export const AT_POLLER = 3

/** What holds each Resource, in two bytes each, and how many each holder has. */
export class Holders {
  #holders: Uint16Array
  readonly #counts: Owners

  /** Makes room for ids below `limit`. All of them are NOWHERE. */
  constructor(limit: number, pollers: number) {
    this.#holders = new Uint16Array(limit)
    this.#counts = { asleep: 0, due: 0, pollers: Array.from({ length: pollers }, () => 0) }
  }

  /** Makes room for ids below `limit`. */
  grow(limit: number): void {
    this.#holders = ensureCapacity(this.#holders, limit)
  }

  /** How many Resources each owner has now. */
  get owners(): Owners {
    return { ...this.#counts, pollers: [...this.#counts.pollers] }
  }

  /** How many Resources a poller has. */
  count(poller: number): number {
    return this.#counts.pollers[poller] as number
  }

  /** What holds a Resource: NOWHERE, ASLEEP, DUE or AT_POLLER + k. */
  of(id: number): number {
    return this.#holders[id] ?? NOWHERE
  }

  /** Moves a Resource to another holder. */
  move(id: number, to: number): void {
    this.#count(this.of(id), -1)
    this.#count(to, 1)
    this.#holders[id] = to
  }

  #count(holder: number, by: number): void {
    if (holder === ASLEEP) this.#counts.asleep += by
    else if (holder === DUE) this.#counts.due += by
    else if (holder !== NOWHERE) this.#counts.pollers[holder - AT_POLLER]! += by
  }
}
