/** Delays before a thread is started again, in ms: none after its first death, longer after each that follows soon. */
const DELAYS_MS = [0, 100, 500, 2_000, 5_000, 10_000, 30_000] as const

/** The longest delay while no thread runs, in ms. */
const MAX_DELAY_NONE_RUNNING_MS = 2_000

/** A thread that has run this long, in ms, started well: its next death counts as the first. */
const STABLE_MS = 10_000

/** When none runs and one fails to start this many times in a row, no thread can be started. */
const MAX_FAILED_STARTS = 5

/** How long to wait before a thread is started again, by how often it has died recently. Pure: time is an argument. */
export class RestartBackoff {
  // Bounded by the number of threads.
  readonly #recentDeaths = new Map<number, number>()
  readonly #failedStarts = new Map<number, number>()
  /** When each thread that runs was started, in ms. */
  readonly #startedAt = new Map<number, number>()

  /** A thread has started. */
  started(thread: number, now: number): void {
    this.#startedAt.set(thread, now)
    this.#failedStarts.delete(thread)
  }

  /** A thread has died. Returns the delay, in ms. */
  died(thread: number, now: number): number {
    const startedAt = this.#startedAt.get(thread) ?? now
    this.#startedAt.delete(thread)
    if (now - startedAt >= STABLE_MS) this.#recentDeaths.delete(thread)
    return this.#nextDelay(thread)
  }

  /** A thread could not be started. Returns the delay, in ms; null when it is time to give up. */
  startFailed(thread: number): number | null {
    const failed = (this.#failedStarts.get(thread) ?? 0) + 1
    this.#failedStarts.set(thread, failed)
    return this.#noneRunning && failed >= MAX_FAILED_STARTS ? null : this.#nextDelay(thread)
  }

  get #noneRunning(): boolean {
    return this.#startedAt.size === 0
  }

  #nextDelay(thread: number): number {
    const deaths = this.#recentDeaths.get(thread) ?? 0
    this.#recentDeaths.set(thread, Math.min(deaths + 1, DELAYS_MS.length - 1))
    const delayMs = DELAYS_MS[deaths] as number
    return this.#noneRunning ? Math.min(delayMs, MAX_DELAY_NONE_RUNNING_MS) : delayMs
  }
}
