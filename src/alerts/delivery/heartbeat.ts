import type { Heartbeat as HeartbeatConfig } from '../alert-rule.ts'
import type { SendResult } from '../notification.ts'

/** What the heartbeat needs. */
export interface HeartbeatOptions extends HeartbeatConfig {
  readonly isHealthy: () => boolean
  /** Requests a URL. Never rejects. */
  readonly request: (url: string, signal: AbortSignal) => Promise<SendResult>
  /** Takes lines for people: a request failed that follows one that did not, and the other way round. */
  readonly warn: (line: string) => void
  /** For one request, in ms. Default: 10 s, or the interval if that is shorter. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000

/** When a request that could not be made is due again, in ms. */
const RETRY_MS = 1_000

/** A dead man's switch: it requests a URL each interval while headcount is healthy, so that somebody else notices when that ends. */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  #dueAt = -Infinity
  #isUnderWay = false
  #isFailing = false

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  /** In ms since the epoch. */
  get nextDue(): number {
    return this.#dueAt
  }

  /** Makes the request, if one is due. Resolves when it has ended. */
  async tick(now: number): Promise<void> {
    const { intervalMs, isHealthy } = this.#options
    if (now < this.#dueAt) return
    const canRequest = !this.#isUnderWay && isHealthy()
    this.#dueAt = now + (canRequest ? intervalMs : Math.min(RETRY_MS, intervalMs))
    if (!canRequest) return
    this.#isUnderWay = true
    this.#settle(await this.#request())
    this.#isUnderWay = false
  }

  #request(): Promise<SendResult> {
    const { url, request, intervalMs, timeoutMs = Math.min(TIMEOUT_MS, intervalMs) } = this.#options
    return request(url, AbortSignal.timeout(timeoutMs))
  }

  #settle({ type, said }: SendResult): void {
    const isFailing = type !== 'sent'
    if (isFailing !== this.#isFailing)
      this.#options.warn(isFailing ? `heartbeat: ${said}` : 'heartbeat: it is sent again')
    this.#isFailing = isFailing
  }
}
