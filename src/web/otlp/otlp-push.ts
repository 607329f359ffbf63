import { collect } from '../server/collect.ts'
import { MonitorError } from '../server/monitor-client.ts'
import type { MonitorClient } from '../server/monitor-client.ts'
import { totalData, UrlData } from './metric-data.ts'
import type { OtlpExporter } from './open-telemetry.ts'

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
  #current: Promise<void> | null = null
  #isFailing = false
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
    await this.#current
    if (!this.#isFailing) await this.push()
  }

  async #push(): Promise<void> {
    const { exporter, monitor, maxUrls, name, notice } = this.#parts
    try {
      const urls = new UrlData()
      const { totals, since } = await collect(monitor, maxUrls, (rows) => urls.add(rows))
      const times = { since, now: Date.now() }
      await exporter.send([...totalData(totals, times), ...urls.metrics(times)])
      if (this.#isFailing) notice(`metrics are pushed to ${name} again`)
      this.#isFailing = false
    } catch (error) {
      // The monitor is being replaced, or not started yet, which main reports: the collector is not to blame.
      if (error instanceof MonitorError) return
      if (!this.#isFailing)
        notice(
          `metrics cannot be pushed to ${name}: ${reasonOf(error as ExportError)}${this.#isStopping ? '' : '; it is tried again'}`,
        )
      this.#isFailing = true
    }
  }
}

/** As exporters reject: `code` is the status of the collector's answer, or the error's of the connection. */
type ExportError = Error & { readonly code?: number | string }

function reasonOf({ message, code }: ExportError): string {
  return typeof code === 'number' ? `${code} ${message}`.trim() : message
}
