/** Waits before a thread is started anew, in ms: none for the first death, longer for each that follows soon after. */
const DELAYS_MS = [0, 100, 500, 2_000, 5_000, 10_000, 30_000] as const

/** The longest wait while no thread runs, in ms. */
const MAX_DELAY_NONE_RUNNING_MS = 2_000

/** A thread that has lived this long, in ms, had started well: its next death counts as a first one. */
const STABLE_MS = 10_000

/** When none runs and one could not be started this often in a row, none can be. */
const MAX_FAILED_STARTS = 5

/** How long to wait before each thread is started anew, by how often it has died of late. Pure: time is an argument. */
export class RestartBackoff {
  readonly #recentDeaths: number[]
  readonly #failedStarts: number[]
  /** When each was started; null while it does not run. */
  readonly #startedAt: (number | null)[]

  constructor(threads: number) {
    this.#recentDeaths = Array.from({ length: threads }, () => 0)
    this.#failedStarts = Array.from({ length: threads }, () => 0)
    this.#startedAt = Array.from({ length: threads }, () => null)
  }

  /** A thread runs. */
  started(thread: number, now: number): void {
    this.#startedAt[thread] = now
    this.#failedStarts[thread] = 0
  }

  /** A thread died: gives the wait, in ms. */
  died(thread: number, now: number): number {
    const launchedAt = this.#startedAt[thread] ?? now
    this.#startedAt[thread] = null
    if (now - launchedAt >= STABLE_MS) this.#recentDeaths[thread] = 0
    return this.#nextDelay(thread)
  }

  /** A thread could not be started: gives the wait, in ms; null when it is time to give up. */
  startFailed(thread: number): number | null {
    const failed = (this.#failedStarts[thread] as number) + 1
    this.#failedStarts[thread] = failed
    return this.#noneRunning && failed >= MAX_FAILED_STARTS ? null : this.#nextDelay(thread)
  }

  get #noneRunning(): boolean {
    return this.#startedAt.every((at) => at === null)
  }

  #nextDelay(thread: number): number {
    const deaths = this.#recentDeaths[thread] as number
    this.#recentDeaths[thread] = Math.min(deaths + 1, DELAYS_MS.length - 1)
    return Math.min(
      DELAYS_MS[deaths] as number,
      this.#noneRunning ? MAX_DELAY_NONE_RUNNING_MS : Number.POSITIVE_INFINITY,
    )
  }
}
