/** Waits before a poller is launched anew, in ms: none for the first death, longer for each that follows soon after. */
const WAITS_MS = [0, 100, 500, 2_000, 5_000, 10_000, 30_000] as const

/** A poller that has lived this long, in ms, had started well: its next death counts as a first one. */
const WELL_MS = 10_000

/** How long to wait before each poller is launched anew, by how often it has died of late. Pure: time is an argument. */
export class Relaunches {
  readonly #deaths: number[]
  readonly #launchedAt: number[]

  constructor(pollers: number) {
    this.#deaths = Array.from({ length: pollers }, () => 0)
    this.#launchedAt = Array.from({ length: pollers }, () => 0)
  }

  /** A poller runs. */
  launched(poller: number, now: number): void {
    this.#launchedAt[poller] = now
  }

  /** A poller died: gives the wait, in ms. */
  died(poller: number, now: number): number {
    const soon = now - (this.#launchedAt[poller] as number) < WELL_MS
    const deaths = soon ? (this.#deaths[poller] as number) : 0
    this.#deaths[poller] = Math.min(deaths + 1, WAITS_MS.length - 1)
    return WAITS_MS[deaths] as number
  }
}
