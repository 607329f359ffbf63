/** Shorter stalls are normal for an event loop, in ms. */
const MIN_STALL_MS = 5

/** Older stalls are forgotten, in ms: no poll lasts so long. */
const HISTORY_MS = 3_600_000

/** The machine counts as suspended if the wall clock has gained this much on the monotonic clock, in ms. */
const MIN_SUSPEND_MS = 2_000

interface Stall {
  readonly at: number
  readonly ms: number
}

/**
 * Measures when and for how long the thread was stalled, from heartbeats that come late. A poll that timed out in a stall
 * says nothing about its URL. A suspended machine is detected by the wall clock, because the monotonic clock stops too.
 */
export class StallDetector {
  /** Each is shorter than the one before: an older stall that is not longer than a newer one is dropped. So the list stays small. */
  readonly #stalls: Stall[] = []
  #totalMs = 0
  #wallOffsetMs: number

  /** `now`: the monotonic clock, in ms. `wallMs`: the wall clock, in ms. */
  constructor(now: number, wallMs: number) {
    this.#wallOffsetMs = wallMs - now
  }

  /** Sum of all stalls so far, in ms. */
  get totalMs(): number {
    return this.#totalMs
  }

  /** Heartbeats begin: what the clocks did before, while no poll was in flight, is no stall. */
  begin(now: number, wallMs: number): void {
    this.#wallOffsetMs = wallMs - now
  }

  /** Records a heartbeat that came `lateMs` late. Returns how long the thread or the machine was stalled, in ms; 0 for not. */
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

  /** The longest stall that ended after `since`, in ms. */
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
