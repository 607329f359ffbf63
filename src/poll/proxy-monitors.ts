import type { Url } from '../resource/resource.ts'
import { proxyNames } from '../settings/proxy.ts'
import type { Proxy } from '../settings/proxy.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import type { Deadlines } from './attempt/deadlines.ts'
import { failure, isFailure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
import type { Prober } from './prober.ts'
import { CanaryProber } from './verdict/canary-prober.ts'
import type { ProbeResult } from './verdict/probe-result.ts'
import { UplinkMonitor } from './verdict/uplink-monitor.ts'
import type { FailedPoll } from './verdict/uplink-monitor.ts'

/** Statuses with which a proxy says that it got no answer itself. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** Whether the answer may be that of an HTTP proxy to which the request itself was sent. */
export function isGatewayError({ protocol }: Proxy, { hop, outcome }: ProbeResult): boolean {
  if (isFailure(outcome) || protocol === 'socks5' || hop.protocol !== 'http:') return false
  return GATEWAY_STATUSES.has(outcome.status)
}

/** The most proxies that are watched. Beyond it, all that is known of them is forgotten. */
const MAX_PROXIES = 64

interface Watched {
  readonly monitor: UplinkMonitor
  readonly end: () => void
}

/**
 * Decides for each proxy whether nothing behind it answers, as UplinkMonitor does for the uplink: then the URLs that fail are not
 * to blame. Hosts behind the proxy that answered are its canaries.
 */
export class ProxyMonitors {
  readonly #options: PollOptions
  readonly #prober: Prober
  readonly #deadlines: Deadlines
  readonly #notice: (line: string) => void
  readonly #now: () => number
  readonly #watched = new Map<string, Watched>()

  constructor(
    options: PollOptions,
    prober: Prober,
    deadlines: Deadlines,
    notice: (line: string) => void,
    now: () => number,
  ) {
    this.#options = options
    this.#prober = prober
    this.#deadlines = deadlines
    this.#notice = notice
    this.#now = now
  }

  /** Records a valid answer from behind a proxy. */
  recordAnswer(proxy: Proxy, url: Url, { hop }: ProbeResult, mayProbe: boolean): void {
    this.#of(proxy).recordAnswer({ url, address: hop.host }, mayProbe)
  }

  /** The Failure of a poll if nothing behind the proxy answers; null if something does, or if nobody can tell. */
  async explain(proxy: Proxy, failed: Omit<FailedPoll, 'hostname'>): Promise<Failure | null> {
    const why = await this.#of(proxy).explain({ ...failed, hostname: '' })
    return why === null ? null : failure('proxy', `${proxy.name}: nothing behind it answers`)
  }

  /** Ends all probes. */
  stop(): void {
    for (const { end } of this.#watched.values()) end()
    this.#watched.clear()
  }

  #of(proxy: Proxy): UplinkMonitor {
    const key = JSON.stringify(proxy)
    const known = this.#watched.get(key)
    if (known !== undefined) return known.monitor
    if (this.#watched.size === MAX_PROXIES) this.stop()
    const { timeoutMs } = this.#options
    const profile = this.#prober.resolveProfile({
      ...this.#options,
      getFallback: false,
      proxy: { forHttp: proxy, forOthers: proxy, except: [] },
    })
    const canaries = new CanaryProber(
      async (attempt, canary) => {
        const result = await this.#prober.probe(attempt, canary, profile, true)
        return isGatewayError(proxy, result) ? { ...result, outcome: failure('unreachable') } : result
      },
      this.#deadlines,
      timeoutMs,
      this.#now,
    )
    // Those of the flags are behind the proxy of the flags.
    const isOfFlags = proxyNames(this.#options.proxy).has(proxy.name)
    const configured = isOfFlags ? this.#options.canaries : []
    const monitor = new UplinkMonitor({ canaries: configured, timeoutMs }, this.#now, canaries.probe, (why) =>
      this.#notice(
        `the proxy ${proxy.name}: ${why === null ? 'something behind it answers again' : 'nothing behind it answers'}`,
      ),
    )
    const end = () => {
      canaries.stop()
      this.#prober.releaseProfile(profile)
    }
    this.#watched.set(key, { monitor, end })
    return monitor
  }
}
