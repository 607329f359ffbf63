/** Shorter pauses are the ordinary business of an event loop, in ms. */
const MIN_STALL_MS = 5

/** Pauses further back than this are forgotten, in ms: no poll lasts so long. */
const HISTORY_MS = 3_600_000

/** The wall clock may run ahead of the monotonic one by this much, in ms, before the machine counts as suspended. */
const MIN_SUSPEND_MS = 2_000

interface Stall {
  readonly at: number
  readonly ms: number
}

/**
 * How long the thread stood still, and when: told by a heartbeat that comes late. A poll that timed out meanwhile says
 * nothing of its URL. A machine that was suspended shows in the wall clock only, since the monotonic one stood still too.
 */
export class StallDetector {
  /** Later ones are shorter: one that is older and no longer than another says nothing more. So it stays small. */
  readonly #stalls: Stall[] = []
  #totalMs = 0
  #wallOffsetMs: number

  /** `wallMs` on the wall clock, `now` on the monotonic one, both in ms. */
  constructor(now: number, wallMs: number) {
    this.#wallOffsetMs = wallMs - now
  }

  /** All pauses so far, in ms. */
  get totalMs(): number {
    return this.#totalMs
  }

  /** The heartbeat came `lateMs` later than it should have; says how long the thread or the machine stood still. */
  heartbeat(lateMs: number, now: number, wallMs: number): number {
    const jumpMs = wallMs - now - this.#wallOffsetMs
    this.#wallOffsetMs += jumpMs
    const stall = Math.max(lateMs, jumpMs >= MIN_SUSPEND_MS ? jumpMs : 0)
    if (stall < MIN_STALL_MS) return 0
    this.#totalMs += stall
    while ((this.#stalls.at(-1)?.ms ?? Number.POSITIVE_INFINITY) <= stall) this.#stalls.pop()
    this.#stalls.push({ at: now, ms: stall })
    if ((this.#stalls[0]?.at ?? now) < now - HISTORY_MS) this.#stalls.shift()
    return stall
  }

  /** The longest pause that ended after `since`, in ms. */
  longestSince(since: number): number {
    let low = 0
    let high = this.#stalls.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#stalls[middle] as Stall).at > since) high = middle
      else low = middle + 1
    }
    return this.#stalls[low]?.ms ?? 0
  }
}
