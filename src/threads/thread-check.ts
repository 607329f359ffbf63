import { monotonicMs } from '../runtime/clock.ts'
import type { ThreadUsage } from '../runtime/thread-usage.ts'
import { Watchdog } from './watchdog.ts'

/** A thread that answers. */
export interface CheckedThread {
  readonly usage: ThreadUsage | null
  /** Resolves when it has answered. Rejects when it has ended or ends before. */
  ping(): Promise<void>
}

/** How often a thread is asked whether it answers, and how long it may be silent, in ms. Time without CPU does not count. */
export interface CheckTimes {
  readonly intervalMs: number
  readonly silenceMs: number
}

/** Asks a thread from time to time whether it answers. */
export class ThreadCheck {
  readonly #thread: CheckedThread
  readonly #times: CheckTimes
  readonly #hangs: (seconds: number) => void
  readonly #watchdog: Watchdog
  readonly #timer: NodeJS.Timeout
  #unanswered = 0

  /** `hangs` is called when the thread has been silent for too long: for so many seconds. */
  constructor(thread: CheckedThread, times: CheckTimes, hangs: (seconds: number) => void) {
    this.#thread = thread
    this.#times = times
    this.#hangs = hangs
    this.#watchdog = new Watchdog(times.intervalMs)
    this.#timer = setInterval(() => this.#check(), times.intervalMs)
  }

  /** Asks no more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #check(): void {
    const { intervalMs, silenceMs } = this.#times
    if (this.#unanswered === 0) this.#watchdog.reset()
    const silentMs = this.#watchdog.check(monotonicMs(), this.#thread.usage)
    // Checks are not exactly that far apart, and CPU time is counted in ticks.
    if (silentMs > silenceMs - intervalMs / 2) return this.#hangs(silenceMs / 1_000)
    this.#unanswered++
    this.#thread.ping().then(
      () => {
        this.#unanswered--
        this.#watchdog.reset()
      },
      () => {}, // Its loss is reported elsewhere.
    )
  }
}
