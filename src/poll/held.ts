/** Shorter pauses are the ordinary business of an event loop, in ms. */
const NOTED_MS = 5

/** Pauses further back than this are forgotten, in ms: no poll lasts so long. */
const KEPT_MS = 3_600_000

/** The wall clock may run ahead of the monotonic one by this much, in ms, before the machine counts as suspended. */
const SUSPENDED_MS = 2_000

interface Pause {
  readonly at: number
  readonly ms: number
}

/**
 * How long the thread stood still, and when: told by a heartbeat that comes late. A poll that timed out meanwhile says
 * nothing of its URL. A machine that was suspended shows in the wall clock only, since the monotonic one stood still too.
 */
export class Held {
  /** Later ones are shorter: one that is older and no longer than another says nothing more. So it stays small. */
  readonly #pauses: Pause[] = []
  #total = 0
  #aheadMs: number

  /** `wallMs` on the wall clock, `now` on the monotonic one, both in ms. */
  constructor(now: number, wallMs: number) {
    this.#aheadMs = wallMs - now
  }

  /** All pauses so far, in ms. */
  get total(): number {
    return this.#total
  }

  /** The heartbeat came `lateMs` later than it should have; says how long the thread or the machine stood still. */
  beat(lateMs: number, now: number, wallMs: number): number {
    const jump = wallMs - now - this.#aheadMs
    this.#aheadMs += jump
    const pause = Math.max(lateMs, jump >= SUSPENDED_MS ? jump : 0)
    if (pause < NOTED_MS) return 0
    this.#total += pause
    while ((this.#pauses.at(-1)?.ms ?? Number.POSITIVE_INFINITY) <= pause) this.#pauses.pop()
    this.#pauses.push({ at: now, ms: pause })
    if ((this.#pauses[0]?.at ?? now) < now - KEPT_MS) this.#pauses.shift()
    return pause
  }

  /** The longest pause that ended after `since`, in ms. */
  longest(since: number): number {
    let low = 0
    let high = this.#pauses.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#pauses[middle] as Pause).at > since) high = middle
      else low = middle + 1
    }
    return this.#pauses[low]?.ms ?? 0
  }
}
