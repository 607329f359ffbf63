/** Waits before a thread is started anew, in ms: none for the first death, longer for each that follows soon after. */
const WAITS_MS = [0, 100, 500, 2_000, 5_000, 10_000, 30_000] as const

/** A thread that has lived this long, in ms, had started well: its next death counts as a first one. */
const WELL_MS = 10_000

/** When none runs and one could not be started this often in a row, none can be. */
const MOST_FAILED = 5

/** How long to wait before each thread is started anew, by how often it has died of late. Pure: time is an argument. */
export class Relaunches {
  readonly #deaths: number[]
  readonly #failed: number[]
  /** When each was started; null while it does not run. */
  readonly #launchedAt: (number | null)[]

  constructor(threads: number) {
    this.#deaths = Array.from({ length: threads }, () => 0)
    this.#failed = Array.from({ length: threads }, () => 0)
    this.#launchedAt = Array.from({ length: threads }, () => null)
  }

  /** A thread runs. */
  launched(thread: number, now: number): void {
    this.#launchedAt[thread] = now
    this.#failed[thread] = 0
  }

  /** A thread died: gives the wait, in ms. */
  died(thread: number, now: number): number {
    const launchedAt = this.#launchedAt[thread] ?? now
    this.#launchedAt[thread] = null
    if (now - launchedAt >= WELL_MS) this.#deaths[thread] = 0
    return this.#wait(thread)
  }

  /** A thread could not be started: gives the wait, in ms; null when it is time to give up. */
  failed(thread: number): number | null {
    const failed = (this.#failed[thread] as number) + 1
    this.#failed[thread] = failed
    const alone = this.#launchedAt.every((at) => at === null)
    return alone && failed >= MOST_FAILED ? null : this.#wait(thread)
  }

  #wait(thread: number): number {
    const deaths = this.#deaths[thread] as number
    this.#deaths[thread] = Math.min(deaths + 1, WAITS_MS.length - 1)
    return WAITS_MS[deaths] as number
  }
}
