import type { Canary } from '../resource/canary.ts'
import type { Resource } from '../resource/resource.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import type { Attempt } from './attempt/attempt.ts'
import { failure, isFailure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
import type { Transport } from './http/transports.ts'
import { faultOfProxy, hasConnected, isGatewayError } from './proxy-faults.ts'
import type { ProxyMonitors } from './proxy-monitors.ts'
import type { ProbeResult } from './verdict/probe-result.ts'
import type { Routes } from './verdict/routes.ts'
import type { UplinkMonitor } from './verdict/uplink-monitor.ts'

/** What a poller knows of the network between this machine and the servers. `now`: the monotonic clock, in ms. */
export interface NetworkMonitors {
  readonly options: Pick<PollOptions, 'source'>
  readonly now: () => number
  readonly routes: Routes
  readonly uplink: UplinkMonitor
  readonly proxies: ProxyMonitors
}

/** Decides whether the network is to blame for a failed attempt, and passes on what an answer proves about it. */
export class NetworkFaults {
  readonly #monitors: NetworkMonitors

  constructor(monitors: NetworkMonitors) {
    this.#monitors = monitors
  }

  /** An address without a route is the URL's fault (`unreachable`) if this machine reaches others of its family. */
  async checkRoute(attempt: Attempt, failed: Failure): Promise<Failure> {
    const { unroutable, detail } = failed
    if (unroutable === null) return failed
    const familyReachable = await attempt.step<boolean>('connect', (done) => {
      // oxlint-disable-next-line promise/no-callback-in-promise -- a step ends by its callback
      void this.#monitors.routes.isFamilyReachable(unroutable).then(done)
      return () => {}
    })
    return familyReachable === true ? failure('unreachable', detail) : failed
  }

  /** As `ofUplink`, for a URL whose settings say where its connections lead. */
  async onWay(
    probe: ProbeResult,
    resource: Resource,
    { route, proxy }: Transport,
    startedAt: number,
  ): Promise<string | null> {
    // A Unix socket needs no network, and says nothing about it.
    if (route !== null && route.unix !== null) return null
    if (proxy === null) return this.ofUplink(probe, resource, route, startedAt)
    const { outcome } = probe
    const { proxies } = this.#monitors
    const way = { proxy, route }
    if (!isFailure(outcome) && !isGatewayError(way, probe)) {
      const answer = this.#canary(probe, resource, probe.hop.host, startedAt)
      proxies.recordAnswer(proxy, answer, outcome.retryAfter === null && this.#isWayOfCanaries(route))
      return null
    }
    if (hasConnected(way, probe)) proxies.recordConnection(proxy)
    const fault = faultOfProxy(way, probe)
    // Whatever a proxy sends in the place of an answer, others behind it can tell.
    const reason = isFailure(outcome) && fault === null ? outcome.reason : 'unreachable'
    const failed = { reason, previousVerdict: resource.verdict, startedAt, fault } as const
    probe.outcome = (await proxies.explain(proxy, failed)) ?? outcome
    return null
  }

  /** Why the uplink of this machine is to blame for a failed attempt; null if it is not, or if nobody can tell. */
  ofUplink(
    probe: ProbeResult,
    resource: Resource,
    route: Transport['route'],
    startedAt: number,
  ): Promise<string | null> | null {
    const { uplink } = this.#monitors
    const { hop, outcome } = probe
    if (isFailure(outcome))
      return uplink.explain({
        hostname: route?.resolve?.[0] ?? hop.hostname,
        reason: outcome.reason,
        previousVerdict: resource.verdict,
        startedAt,
      })
    const answer = this.#canary(probe, resource, probe.address, startedAt)
    uplink.recordAnswer(answer, outcome.retryAfter === null && this.#isWayOfCanaries(route))
    return null
  }

  /** Not where canaries would be led elsewhere: see `listCanaryOptions`. */
  #isWayOfCanaries(route: Transport['route']): boolean {
    if (route === null) return this.#monitors.options.source === null
    return route.resolve === null && route.source === this.#monitors.options.source
  }

  #canary({ method }: ProbeResult, { url }: Resource, address: string, startedAt: number): Canary {
    const tookMs = this.#monitors.now() - startedAt
    return { url, address, byGet: method === 'GET', tookMs }
  }
}
