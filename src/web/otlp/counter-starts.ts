import { processStart } from '../../runtime/process-start.ts'

/** When the values were taken and when the monitor began to count, in ms since the epoch. */
export interface Times {
  readonly since: number
  readonly now: number
}

interface Counter {
  readonly value: number
  readonly start: number
}

/**
 * When each counter of main and of threads other than the monitor began. Main's began with the process; one that falls is that of a thread
 * that has replaced another. OTLP wants another start then, and only then
 * (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#resets-and-gaps).
 */
export class CounterStarts {
  readonly #processStart: number
  #last = new Map<string, Counter>()
  #current = new Map<string, Counter>()
  #times: Times = { since: 0, now: 0 }
  /** What the monitor's counters get in place of its `since`. */
  #monitorStart = 0
  #lastAt = 0

  /** `processStartedAt`: in ms since the epoch. */
  constructor(processStartedAt = processStart() * 1_000) {
    this.#processStart = processStartedAt
  }

  /** The counters of another push come now. Returns its times, with a start that is not after its end: the clock may have been set back. */
  begin(times: Times): Times {
    this.#last = this.#current
    this.#current = new Map()
    this.#lastAt = this.#times.now
    const before = times.since === this.#times.since ? this.#monitorStart : times.since
    // It stays so when the clock is right again.
    this.#monitorStart = Math.min(before, times.now)
    this.#times = times
    return { ...times, since: this.#monitorStart }
  }

  /** When a counter began, in ms since the epoch. */
  startOf(name: string, labels: Readonly<Record<string, string>>, value: number): number {
    const key = JSON.stringify([name, labels])
    const last = this.#last.get(key)
    let start = last?.start ?? this.#processStart
    if (last !== undefined && value < last.value) start = this.#lastAt
    start = Math.min(start, this.#times.now)
    this.#current.set(key, { value, start })
    return start
  }
}
