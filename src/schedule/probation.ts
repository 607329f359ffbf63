import { grown } from '../resource/grown.ts'
import type { ResourceId } from '../resource/resource.ts'
import { NONE, Queue } from './links.ts'
import type { Links } from './links.ts'

/** What a dead poller had. */
export interface Reclaimed {
  readonly count: number
  /** Those of them whose poll has killed one poller after another: they sleep for long. */
  readonly setAside: readonly ResourceId[]
}

/**
 * How many Resources with this many strikes may be with pollers at once, in the whole program. A death strikes all that its
 * poller had, of which one may be the cause: the fewer are out at a time, the fewer are struck again, until one that was
 * out alone, twice, is convicted. In steps and not one by one from the start, since among a thousand suspects those that
 * hang until their deadline would make all the others late.
 */
const WINDOWS: readonly number[] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 64, 8, 1, 1]
const WORST = WINDOWS.length - 1
/** From this many strikes on a Resource is a suspect. */
const SUSPECT = 2

/**
 * Finds the Resource whose poll kills pollers: it was there each time. Suspects are out together only with their like (as
 * many strikes), the worst first, so that what one does is not held against another. A byte for each Resource.
 */
export class Probation {
  #strikes: Uint8Array
  /** How many are with pollers, by strikes. */
  readonly #lent = WINDOWS.map(() => 0)
  /** Those that are due and wait for their turn, by strikes. */
  readonly #waiting: readonly Queue[]
  /** Strikes of the suspects that are out; 0 when there are none. */
  #out = 0

  constructor(links: Links, count: number) {
    this.#strikes = new Uint8Array(count)
    this.#waiting = WINDOWS.map(() => new Queue(links))
  }

  /** Makes room for ids below `limit`. */
  grow(limit: number): void {
    this.#strikes = grown(this.#strikes, limit)
  }

  /** Whether it may be lent now; one that may not waits here for its turn. */
  admits(id: number): boolean {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT) return true
    const alike = this.#out === 0 || this.#out === strikes
    if (alike && (this.#lent[strikes] as number) < (WINDOWS[strikes] as number)) return true
    this.#waiting[strikes]?.push(id)
    return false
  }

  /** It is with a poller. */
  lent(id: number): void {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT) return
    this.#lent[strikes]! += 1
    this.#out = strikes
  }

  /** It is with no poller any more: calls `due` with each whose turn has come. */
  release(id: number, due: (id: number) => void): void {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT) return
    this.#lent[strikes]! -= 1
    if (this.#lent[strikes] === 0) this.#out = 0
    const worst = this.#waiting.findLastIndex(({ head }) => head !== NONE)
    if (worst < 0 || (this.#out !== 0 && this.#out !== worst)) return
    const queue = this.#waiting[worst] as Queue
    const room = (WINDOWS[worst] as number) - (this.#lent[worst] as number)
    for (let n = 0; n < room && queue.head !== NONE; n++) due(queue.shift())
  }

  /** Its poll has ended and its poller lives: nothing is held against it any more. Call it after `release`. */
  acquit(id: number): void {
    this.#strikes[id] = 0
  }

  /** Its poller died. Says whether that convicts it. Call it after `release`. */
  strike(id: number): boolean {
    const strikes = this.#strikes[id] as number
    if (strikes === WORST) return true
    this.#strikes[id] = strikes + 1
    return false
  }
}
