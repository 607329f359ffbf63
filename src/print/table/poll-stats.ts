import type { ShownState } from '../../state/shown-state.ts'
import type { Reason } from '../../state/reasons.ts'
import { Histogram } from '../text/histogram.ts'
import type { Percentiles } from '../text/histogram.ts'

/** The histogram on the screen, in ms: the first bar is for less than this, each next one for twice as much, the last for the rest. */
export const HISTOGRAM_FROM_MS = 1
const BARS = 15
export const HISTOGRAM_TO_MS = 8_000

/** Lateness covers between one and two of these periods, in ms. */
const LATENESS_WINDOW_MS = 10_000

/** Collects the statistics of all polls for the header and the footer. Times are in ms on the monotonic clock. */
export class PollStats {
  readonly #duration = new Histogram()
  readonly #bars = Array.from({ length: BARS }, () => 0)
  /** Bounded: statuses have three digits, and reasons are few. */
  readonly #outcomes = new Map<number | Reason, number>()
  #lateness = new Histogram()
  #previousLateness = new Histogram()
  #windowStart = 0
  #polls = 0
  /** The number of polls at some of the last seconds, oldest first. */
  readonly #samples: { at: number; polls: number }[] = []

  add(state: ShownState): void {
    this.#polls++
    this.#duration.record(state.durationMs)
    this.#lateness.record(state.lateMs)
    const bar = state.durationMs < HISTOGRAM_FROM_MS ? 0 : Math.floor(Math.log2(state.durationMs)) + 1
    const at = Math.min(BARS - 1, bar)
    this.#bars[at] = (this.#bars[at] as number) + 1
    const what = state.status === 0 ? state.reason : state.status
    this.#outcomes.set(what, (this.#outcomes.get(what) ?? 0) + 1)
  }

  get duration(): Percentiles {
    return this.#duration.percentiles()
  }

  get histogram(): readonly number[] {
    return this.#bars
  }

  /** Most frequent first. */
  get outcomes(): readonly (readonly [string, number])[] {
    return [...this.#outcomes].toSorted(([, a], [, b]) => b - a).map(([what, count]) => [String(what), count])
  }

  /** The 99th percentile of recent lateness, in ms; 0 if there were no polls. */
  latenessP99(now: number): number {
    if (now - this.#windowStart >= LATENESS_WINDOW_MS) {
      const spare = this.#previousLateness
      spare.reset()
      this.#previousLateness = this.#lateness
      this.#lateness = spare
      this.#windowStart = now
    }
    return Math.max(this.#lateness.percentiles().p99, this.#previousLateness.percentiles().p99)
  }

  /** The rate over the last five calls. Call it once a second. */
  pollsPerSecond(now: number): number {
    this.#samples.push({ at: now, polls: this.#polls })
    if (this.#samples.length > 6) this.#samples.shift()
    const first = this.#samples[0] ?? { at: now, polls: this.#polls }
    return now === first.at ? 0 : ((this.#polls - first.polls) * 1000) / (now - first.at)
  }
}

/** The share of time that each thread is busy, from the CPU time that it reports. */
export class CpuShares {
  readonly #last: { cpuMs: number; at: number; share: number }[] = []

  /** Returns shares from 0 to 1 for CPU times in ms. */
  of(cpuMs: readonly number[], now: number): number[] {
    return cpuMs.map((ms, n) => {
      const last = (this.#last[n] ??= { cpuMs: ms, at: now, share: 0 })
      if (ms !== last.cpuMs) {
        // A thread that was replaced starts at 0 again.
        const used = ms < last.cpuMs ? ms : ms - last.cpuMs
        const share = now > last.at ? Math.min(1, used / (now - last.at)) : last.share
        this.#last[n] = { cpuMs: ms, at: now, share }
      }
      return this.#last[n]?.share ?? 0
    })
  }
}
