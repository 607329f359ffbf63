/** When values were taken and when the monitor began to count, in ms since the epoch. */
export interface Times {
  readonly since: number
  readonly now: number
}

interface Counter {
  readonly value: number
  readonly start: number
}

/**
 * When each counter began. Threads count for themselves, and one that replaces another begins at 0. OTLP wants another start then, and only
 * then (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#resets-and-gaps).
 */
export class CounterStarts {
  #last = new Map<string, Counter>()
  #current = new Map<string, Counter>()
  #times: Times = { since: 0, now: 0 }
  #lastAt = 0

  /** The counters of another push come now. */
  begin(times: Times): void {
    this.#last = this.#current
    this.#current = new Map()
    this.#lastAt = this.#times.now
    this.#times = times
  }

  /** When a counter began, in ms since the epoch. */
  startOf(name: string, labels: Readonly<Record<string, string>>, value: number): number {
    const { since, now } = this.#times
    const key = JSON.stringify([name, labels])
    const last = this.#last.get(key)
    let start = last?.start ?? since
    if (last !== undefined && value < last.value) start = Math.max(since, this.#lastAt)
    this.#current.set(key, { value, start })
    // The clock may have been set back.
    return Math.min(start, now)
  }
}
