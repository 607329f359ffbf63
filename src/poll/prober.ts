import type { Resource } from '../resource/resource.ts'
import type { Method } from '../state/state.ts'
import type { PollerBounds } from '../state/usage.ts'
import { classify } from './attempt/classify.ts'
import { ConnectionPool } from './http/connection-pool.ts'
import type { RenewToken } from './http/token-auth.ts'
import { CustomRequest } from './http/custom-request.ts'
import type { HttpResponse } from './http/exchange.ts'
import { isFailure, localFailure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
import type { Attempt } from './attempt/attempt.ts'
import type { ProbeResult } from './verdict/probe-result.ts'
import { GetFallback } from './verdict/get-fallback.ts'
import { bodyOpener } from './body-opener.ts'
import { isFollowed } from './is-followed.ts'
import { RequestSender } from './request-sender.ts'
import { Transports } from './http/transports.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import { resolveFor, transportFor, withTransport } from './resolved-profile.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import { probeScheme } from './schemes/probers.ts'
import { proxyNames } from '../settings/proxy.ts'
import { Redirects } from './http/redirects.ts'
import { requestFor } from './http/request.ts'
import { RequestValues } from './http/request-values.ts'

/** The result of requests. */
type HttpProbeResult = ProbeResult & { method: Method }

/** Sends the requests of attempts, over connections that all polls of a poller share. */
export class Prober {
  /** What requests need from files. */
  readonly values = new RequestValues()
  readonly #now: () => number
  readonly #transports: Transports
  readonly #connections: ConnectionPool
  readonly #sender: RequestSender
  readonly #renew: RenewToken

  /** `renew` asks for another token. */
  constructor(options: PollOptions, now: () => number, renew: RenewToken) {
    this.#renew = renew
    this.#now = now
    this.#transports = new Transports(options, now, proxyNames(options.proxy))
    this.#connections = new ConnectionPool(options.keptConnections, now)
    this.#sender = new RequestSender(this.#connections, now)
  }

  /** Builds a profile from its options, to be given back with `releaseProfile`. Throws if the certificates given can't be used. */
  resolveProfile(options: UrlOptions): ResolvedProfile {
    const { family } = options
    const parts = { transports: this.#transports, values: this.values, renew: this.#renew }
    if (family !== 'both') return resolveFor(options, family, parts)
    const families = [resolveFor(options, 4, parts), resolveFor(options, 6, parts)] as const
    return { ...resolveFor(options, 0, parts), families }
  }

  /** The profile is not used for new polls any more. */
  releaseProfile({ transport, choice, families }: ResolvedProfile): void {
    this.#transports.release(transport)
    choice?.release()
    for (const one of families ?? []) this.releaseProfile(one)
  }

  /**
   * Makes one attempt: sends a request and those that follow from it (redirects, GET after HEAD) until there is a result to
   * judge. `fresh`: use no kept connection and no cached DNS failure. `previous`: the result of the first attempt of this poll,
   * for the second one. Never throws.
   */
  async probe(
    attempt: Attempt,
    resource: Resource,
    profile: ResolvedProfile,
    fresh: boolean,
    previous: ProbeResult | null = null,
  ): Promise<ProbeResult> {
    if (resource.url.charCodeAt(0) !== FIRST_OF_HTTP)
      return probeScheme(attempt, resource, withTransport(profile, resource.url), fresh)
    const { method, maxRedirects } = profile.options
    const polledUrl = new URL(resource.url)
    const custom = profile.extras === null ? null : new CustomRequest(profile.extras, polledUrl.origin)
    const result: HttpProbeResult = {
      method,
      hop: polledUrl,
      redirects: 0,
      fallback: null,
      address: '',
      breaksRules: profile.breaksRules,
      tls: null,
      outcome: NOT_SENT,
      check: null,
    }
    try {
      const fallback = previous?.fallback ?? new GetFallback(resource, profile.options, this.#now())
      result.fallback = fallback
      const redirects = new Redirects(maxRedirects)
      for (;;) {
        const unready = custom === null ? null : await custom.prepare(attempt)
        if (unready !== null) {
          result.outcome = unready
          return result
        }
        result.method = custom === null ? fallback.method : custom.method(fallback.method)
        const response = await this.#request(attempt, result, polledUrl, profile, fresh, custom)
        result.outcome = response
        if (isFailure(response)) {
          fallback.recordFailure()
          return result
        }
        const again =
          custom !== null && (await custom.shouldRepeat(attempt, response, isHome(result, polledUrl)))
        if (isFailure(again)) {
          result.outcome = again
          return result
        }
        if (again) continue
        if (!isFollowed(response.status, response.location, profile.options)) {
          if (!fallback.shouldRetry(response, this.#now())) return result
          custom?.triesGet()
          continue
        }
        const next = redirects.next(result.hop, response.location)
        if (isFailure(next)) {
          result.outcome = next
          return result
        }
        if (custom !== null) custom.redirected(response.status, result.method)
        result.hop = next
        result.redirects = redirects.count
      }
    } catch (error) {
      // A bug in headcount must not look like a fault of the URL.
      result.outcome = classify(error)
      return result
    }
  }

  /** How full the caches are. */
  get bounds(): Omit<PollerBounds, 'polls'> {
    return { ...this.#transports.bounds, connections: this.#connections.usage }
  }

  /** Closes all kept connections and ends all DNS lookups. */
  close(): void {
    this.#connections.close()
    this.#transports.close()
  }

  /** Not async: it passes on the promise of the sender. */
  #request(
    attempt: Attempt,
    result: HttpProbeResult,
    polledUrl: URL,
    profile: ResolvedProfile,
    fresh: boolean,
    custom: CustomRequest | null,
  ): Promise<HttpResponse | Failure> {
    const { hop } = result
    const { options, checks, headers } = profile
    const transport = transportFor(profile, hop, polledUrl)
    const openBody =
      checks === null || checks.body === null ? null : bodyOpener(attempt, options, checks.body.plan)
    const plain = requestFor(result.method, hop, polledUrl, headers, checks !== null, openBody)
    const request =
      custom === null ? plain : custom.complete(plain, isHome(result, polledUrl), options.headers)
    return this.#sender.send(attempt, result, request, transport, options, fresh)
  }
}

/** Whether the request goes to the origin of the polled URL. */
function isHome({ hop }: Pick<ProbeResult, 'hop'>, polledUrl: URL): boolean {
  return hop.origin === polledUrl.origin
}

/** The first letter of http and https, and of no other scheme: for them, nothing else is looked at. */
const FIRST_OF_HTTP = 'h'.charCodeAt(0)

const NOT_SENT = localFailure('unknown-error', 'no request was sent')
