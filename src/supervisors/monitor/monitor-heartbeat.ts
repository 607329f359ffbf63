import type { MainStats } from '../../print/text/summary.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import { Watchdog } from '../../threads/watchdog.ts'
import type { MonitorThread } from './monitor-thread.ts'

/** Time between two `stats` messages, in ms. */
const STATS_INTERVAL_MS = 1_000

/** A monitor that has replied to no `stats` message for this long has stalled, in ms. Time without CPU does not count. */
const MAX_SILENCE_MS = 2_000

/** Sends a monitor main's part of the summaries, at once and then once a second. Its replies show that it still runs. */
export class MonitorHeartbeat {
  readonly #monitor: MonitorThread
  readonly #stats: () => MainStats
  readonly #stalled: (reason: string) => void
  readonly #watchdog = new Watchdog(STATS_INTERVAL_MS)
  readonly #timer: NodeJS.Timeout
  #unanswered = 0

  /** `stalled` is called at each check that finds the monitor silent for too long. */
  constructor(monitor: MonitorThread, stats: () => MainStats, stalled: (reason: string) => void) {
    this.#monitor = monitor
    this.#stats = stats
    this.#stalled = stalled
    this.#timer = setInterval(() => this.#check(), STATS_INTERVAL_MS)
    this.#send()
  }

  /** Sends nothing more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #check(): void {
    if (this.#unanswered === 0) this.#watchdog.reset()
    const silentMs = this.#watchdog.check(monotonicMs(), this.#monitor.usage)
    // Checks are not exactly a second apart, and CPU time is counted in ticks.
    if (silentMs > MAX_SILENCE_MS - STATS_INTERVAL_MS / 2)
      this.#stalled(`The monitor did not answer for ${MAX_SILENCE_MS / 1000} s`)
    else this.#send()
  }

  #send(): void {
    this.#unanswered++
    this.#monitor.send({ type: 'stats', stats: this.#stats() }).then(
      () => {
        this.#unanswered--
        this.#watchdog.reset()
      },
      () => this.stop(), // The monitor is lost, which is reported elsewhere.
    )
  }
}
