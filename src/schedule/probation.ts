import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'
import { NONE, Queue } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/** What a dead poller had. */
export interface Reclaimed {
  readonly count: number
  /** Those of them whose poll has killed one poller after another: they sleep for long. */
  readonly setAside: readonly ResourceId[]
}

/**
 * How many Resources with this many strikes may be with pollers at once, in the whole program. The first two strikes are no
 * evidence: a death strikes all that its poller had. They make suspects, and the poller tells when the poll of a suspect begins;
 * from then on a death strikes only those whose polls were under way. The fewer are out at a time, the fewer are struck again,
 * until one that was out alone, twice, is convicted. In steps and not one by one from the start, since among a thousand suspects
 * those that hang until their deadline would make all the others late.
 */
const MAX_LENT_BY_STRIKES: readonly number[] = [
  Number.POSITIVE_INFINITY,
  Number.POSITIVE_INFINITY,
  64,
  8,
  1,
  1,
  1,
]
/** From this many strikes on a Resource is a suspect. */
const SUSPECT_STRIKES = 2
const CONVICTED_STRIKES = MAX_LENT_BY_STRIKES.length - 1

/**
 * Finds the Resource whose poll kills pollers: its poll was under way each time. Suspects are out together only with their like
 * (as many strikes), the worst first, so that what one does is not held against another. A byte for each Resource.
 */
export class Probation {
  #strikes: Uint8Array
  /** How many are with pollers, by strikes. */
  readonly #lent = MAX_LENT_BY_STRIKES.map(() => 0)
  /** Those that are due and wait for their turn, by strikes. */
  readonly #waiting: readonly Queue[]
  /** Strikes of the suspects that are out; 0 when there are none. */
  #lentStrikes = 0

  constructor(links: Links, count: number) {
    this.#strikes = new Uint8Array(count)
    this.#waiting = MAX_LENT_BY_STRIKES.map(() => new Queue(links))
  }

  /** Makes room for ids below `limit`. */
  grow(limit: number): void {
    this.#strikes = ensureCapacity(this.#strikes, limit)
  }

  /** Whether its poller is to tell when its poll begins. */
  isSuspect(id: number): boolean {
    return (this.#strikes[id] as number) >= SUSPECT_STRIKES
  }

  /** Whether it may be lent now; one that may not waits here for its turn. */
  tryAdmit(id: number): boolean {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT_STRIKES) return true
    const alike = this.#lentStrikes === 0 || this.#lentStrikes === strikes
    if (alike && (this.#lent[strikes] as number) < (MAX_LENT_BY_STRIKES[strikes] as number)) return true
    this.#waiting[strikes]?.push(id)
    return false
  }

  /** It is with a poller. */
  markLent(id: number): void {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT_STRIKES) return
    this.#lent[strikes]! += 1
    this.#lentStrikes = strikes
  }

  /** It is with no poller any more: calls `due` with each whose turn has come. */
  release(id: number, due: (id: number) => void): void {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT_STRIKES) return
    this.#lent[strikes]! -= 1
    if (this.#lent[strikes] === 0) this.#lentStrikes = 0
    const worst = this.#waiting.findLastIndex(({ head }) => head !== NONE)
    if (worst < 0 || (this.#lentStrikes !== 0 && this.#lentStrikes !== worst)) return
    const queue = this.#waiting[worst] as Queue
    const room = (MAX_LENT_BY_STRIKES[worst] as number) - (this.#lent[worst] as number)
    for (let n = 0; n < room && queue.head !== NONE; n++) due(queue.shift())
  }

  /** Its poll has ended and its poller lives: nothing is held against it any more. Call it after `release`. */
  acquit(id: number): void {
    this.#strikes[id] = 0
  }

  /**
   * Its poller died, its poll being under way (`inFlight`) or not, which is told of suspects only. Says whether that convicts it.
   * Call it after `release`.
   */
  strike(id: number, inFlight: boolean): boolean {
    const strikes = this.#strikes[id] as number
    if (strikes >= SUSPECT_STRIKES && !inFlight) return false
    this.#strikes[id] = Math.min(strikes + 1, CONVICTED_STRIKES)
    return this.#strikes[id] === CONVICTED_STRIKES
  }

  /**
   * A poller died, and the poll of no suspect was under way: pollers die for another reason as well, and any suspect may have been
   * there by chance. What was held against them counts no more.
   */
  clearStrikes(): void {
    for (const [id, strikes] of this.#strikes.entries())
      if (isStruck(strikes)) this.#strikes[id] = SUSPECT_STRIKES
    for (const [strikes, queue] of this.#waiting.entries()) {
      if (!isStruck(strikes)) continue
      for (let { head } = queue; head !== NONE; { head } = queue)
        this.#waiting[SUSPECT_STRIKES]?.push(queue.shift())
    }
    // Suspects that are out are out with their like only.
    if (!isStruck(this.#lentStrikes)) return
    this.#lent[SUSPECT_STRIKES] = this.#lent[this.#lentStrikes] as number
    this.#lent[this.#lentStrikes] = 0
    this.#lentStrikes = SUSPECT_STRIKES
  }
}

/** Whether more is held against such a suspect than that it was with pollers that died. */
function isStruck(strikes: number): boolean {
  return strikes > SUSPECT_STRIKES && strikes < CONVICTED_STRIKES
}
