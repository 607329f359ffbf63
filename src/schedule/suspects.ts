import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'
import { NONE, Queue } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/** The Resources that a dead poller had. */
export interface Reclaimed {
  readonly count: number
  /** Those that have killed one poller after another, and now sleep for a long time. */
  readonly setAside: readonly ResourceId[]
}

/**
 * By number of strikes: how many Resources with so many may be with pollers at once, in the whole program. The first two
 * strikes prove little, since a death strikes every Resource that the poller had. They make a Resource a suspect. Pollers
 * report when they begin to poll a suspect, so from then on a death strikes only the suspects in flight. The fewer suspects
 * are lent at a time, the fewer are struck by chance. One that was lent alone at two deaths is to blame, and set aside. The limit falls in
 * steps: if a thousand suspects were lent one by one, those that hang until their deadline would make all the others late.
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
/** A Resource with this many strikes or more is a suspect. */
const SUSPECT_STRIKES = 2
const SET_ASIDE_STRIKES = MAX_LENT_BY_STRIKES.length - 1

/**
 * Finds the Resource that kills pollers: it was in flight at each death. Suspects are lent at the same time only if they have
 * the same number of strikes, those with the most strikes first, so that one is not struck for a death that another caused.
 * Takes a byte for each Resource.
 */
export class Suspects {
  #strikes: Uint8Array
  /** How many suspects are lent, by strikes. */
  readonly #lent = MAX_LENT_BY_STRIKES.map(() => 0)
  /** The suspects that are due and wait for their turn, by strikes. */
  readonly #waiting: readonly Queue[]
  /** The strikes of the suspects that are lent; 0 when none is. */
  #lentStrikes = 0

  constructor(links: Links, count: number) {
    this.#strikes = new Uint8Array(count)
    this.#waiting = MAX_LENT_BY_STRIKES.map(() => new Queue(links))
  }

  /** Makes room for ids below `limit`. */
  grow(limit: number): void {
    this.#strikes = ensureCapacity(this.#strikes, limit)
  }

  /** Whether the poller has to report when it begins to poll this Resource. */
  isSuspect(id: number): boolean {
    return (this.#strikes[id] as number) >= SUSPECT_STRIKES
  }

  /** Whether a Resource is known to kill pollers. */
  isSetAside(id: number): boolean {
    return this.#strikes[id] === SET_ASIDE_STRIKES
  }

  /** Returns whether a Resource may be lent now. If not, it waits here for its turn. */
  tryAdmit(id: number): boolean {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT_STRIKES) return true
    const alike = this.#lentStrikes === 0 || this.#lentStrikes === strikes
    if (alike && (this.#lent[strikes] as number) < (MAX_LENT_BY_STRIKES[strikes] as number)) return true
    this.#waiting[strikes]?.push(id)
    return false
  }

  /** Counts a Resource as lent. */
  markLent(id: number): void {
    const strikes = this.#strikes[id] as number
    if (strikes < SUSPECT_STRIKES) return
    this.#lent[strikes]! += 1
    this.#lentStrikes = strikes
  }

  /** A Resource is with no poller any more. Calls `due` with each waiting suspect whose turn has come. */
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

  /** Clears the strikes of a Resource: its poll has ended and the poller lives. Call `release` first. */
  clear(id: number): void {
    this.#strikes[id] = 0
  }

  /**
   * The poller of this Resource died. `inFlight`: while it polled this Resource, as far as is known: pollers report suspects
   * only. Returns whether the Resource is set aside. Call `release` first.
   */
  strike(id: number, inFlight: boolean): boolean {
    const strikes = this.#strikes[id] as number
    if (strikes >= SUSPECT_STRIKES && !inFlight) return false
    this.#strikes[id] = Math.min(strikes + 1, SET_ASIDE_STRIKES)
    return this.#strikes[id] === SET_ASIDE_STRIKES
  }

  /**
   * A poller died while it polled no suspect. So pollers die for another reason too, and each suspect may have been struck by
   * chance: they all go back to SUSPECT_STRIKES.
   */
  clearStrikes(): void {
    for (const [id, strikes] of this.#strikes.entries())
      if (isStruck(strikes)) this.#strikes[id] = SUSPECT_STRIKES
    for (const [strikes, queue] of this.#waiting.entries()) {
      if (!isStruck(strikes)) continue
      for (let { head } = queue; head !== NONE; { head } = queue)
        this.#waiting[SUSPECT_STRIKES]?.push(queue.shift())
    }
    // All suspects that are lent have the same number of strikes.
    if (!isStruck(this.#lentStrikes)) return
    this.#lent[SUSPECT_STRIKES] = this.#lent[this.#lentStrikes] as number
    this.#lent[this.#lentStrikes] = 0
    this.#lentStrikes = SUSPECT_STRIKES
  }
}

/** Whether a Resource with this many strikes was in flight at a death, and is not to blame. */
function isStruck(strikes: number): boolean {
  return strikes > SUSPECT_STRIKES && strikes < SET_ASIDE_STRIKES
}
