import { withTimeout } from '../../runtime/with-timeout.ts'
import { collect } from '../server/collect.ts'
import { MonitorError } from '../server/monitor-client.ts'
import type { MonitorClient } from '../server/monitor-client.ts'
import { CounterStarts } from './counter-starts.ts'
import { totalData, UrlData } from './metric-data.ts'
import type { OtlpExporter } from './open-telemetry.ts'

/** When the run ends, the collector gets this long to take the last values, in ms: enough for a second attempt. */
const LAST_PUSH_MS = 2_000

/** What OtlpPush works with. */
export interface PushParts {
  readonly exporter: OtlpExporter
  readonly monitor: Pick<MonitorClient, 'ask'>
  /** At most so many URLs have series of their own. */
  readonly maxUrls: number
  /** The collector, for people. */
  readonly name: string
  /** A line for standard error. */
  readonly notice: (line: string) => void
}

/** Pushes the metrics again and again. While a push takes longer than the interval, the next ones are left out. */
export class OtlpPush {
  readonly #parts: PushParts
  readonly #timer: NodeJS.Timeout
  readonly #starts = new CounterStarts()
  #current: Promise<void> | null = null
  #isFailing = false
  /** It has accepted the last push, but something is wrong. */
  #hasComplained = false
  #isStopping = false

  /** The first push is made one interval from now. */
  constructor(parts: PushParts, intervalMs: number) {
    this.#parts = parts
    this.#timer = setInterval(() => void this.push(), intervalMs)
  }

  /** Pushes now, unless a push is under way. Resolves when it has ended; a failure is reported the first time. */
  push(): Promise<void> {
    this.#current ??= this.#push().finally(() => (this.#current = null))
    return this.#current
  }

  /** Pushes the last values, unless the collector is away, and nothing more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#isStopping = true
    const current = this.#current ?? Promise.resolve()
    if (!(await withTimeout(current, LAST_PUSH_MS))) this.#failed('the collector takes too long')
    else if (!this.#isFailing) await this.#push(LAST_PUSH_MS)
  }

  async #push(withinMs?: number): Promise<void> {
    const { exporter, monitor, maxUrls, name, notice } = this.#parts
    try {
      const urls = new UrlData()
      const { totals, since } = await collect(monitor, maxUrls, (rows) => urls.add(rows))
      const times = this.#starts.begin({ since, now: Date.now() })
      const complaint = await exporter.send(
        [...totalData(totals, times, this.#starts), ...urls.metrics(times)],
        withinMs,
      )
      if (this.#isFailing) notice(`info: metrics are pushed to ${name} again`)
      this.#isFailing = false
      if (complaint !== null && !this.#hasComplained) notice(`${name} ${complaint}`)
      if (complaint === null && this.#hasComplained) notice(`info: ${name} takes all metrics again`)
      this.#hasComplained = complaint !== null
    } catch (error) {
      // The monitor is being replaced, or not started yet, which main reports: the collector is not to blame.
      if (!(error instanceof MonitorError)) this.#failed((error as Error).message)
    }
  }

  /** Reported once, until a push succeeds. */
  #failed(why: string): void {
    const { name, notice } = this.#parts
    if (!this.#isFailing)
      notice(`metrics cannot be pushed to ${name}: ${why}${this.#isStopping ? '' : '; it is tried again'}`)
    this.#isFailing = true
  }
}
