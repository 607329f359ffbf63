import { Histogram } from './histogram.ts'
import type { Percentiles } from './histogram.ts'

/** How polls went in some time. Times in ms. */
export interface PollFigures {
  readonly lateness: Percentiles
  readonly duration: Percentiles
  readonly pollsPerSecond: number
}

/** Counts polls, and how late and how long they were: since the figures were last taken, and since the start. */
export class PollWindow {
  readonly #lateness = new Histogram()
  readonly #duration = new Histogram()
  readonly #allLateness = new Histogram()
  readonly #allDuration = new Histogram()
  readonly #startedAt: number
  #polls: number
  #takenAt: number
  #takenPolls: number

  /** `polls`: how many there were from `startedAt` to `now`. Times in ms on the monotonic clock. */
  constructor(now: number, startedAt: number = now, polls = 0) {
    this.#startedAt = startedAt
    this.#polls = polls
    this.#takenAt = now
    this.#takenPolls = polls
  }

  /** Polls since the start. */
  get polls(): number {
    return this.#polls
  }

  record(lateMs: number, durationMs: number): void {
    this.#polls++
    this.#lateness.record(lateMs)
    this.#duration.record(durationMs)
  }

  /** The figures since the last call, or of the whole time. */
  take(now: number, overWholeRun: boolean): PollFigures {
    this.#allLateness.add(this.#lateness)
    this.#allDuration.add(this.#duration)
    const [since, before] = overWholeRun ? [this.#startedAt, 0] : [this.#takenAt, this.#takenPolls]
    const figures = {
      lateness: (overWholeRun ? this.#allLateness : this.#lateness).percentiles(),
      duration: (overWholeRun ? this.#allDuration : this.#duration).percentiles(),
      pollsPerSecond: ((this.#polls - before) * 1000) / Math.max(1, now - since),
    }
    this.#lateness.reset()
    this.#duration.reset()
    this.#takenAt = now
    this.#takenPolls = this.#polls
    return figures
  }
}
