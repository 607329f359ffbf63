import type { Socket } from 'node:net'
import type { Resource } from '../resource/resource.ts'
import type { PollerBounds } from '../state/usage.ts'
import { classify } from './attempt/classify.ts'
import { ConnectionPool } from './http/connection-pool.ts'
import type { Connection } from './http/connection-pool.ts'
import type { RetryProtocol, HttpResponse, Exchange } from './http/exchange.ts'
import { failure, isFailure } from './attempt/attempt.ts'
import type { Failure, Attempt } from './attempt/attempt.ts'
import type { ProbeResult } from './verdict/probe-result.ts'
import { GetFallback } from './verdict/get-fallback.ts'
import { Http1Exchange } from './http/http1-exchange.ts'
import { Http2Exchange } from './http/http2/http2-exchange.ts'
import type { ReadBuffer } from './attempt/read-buffer.ts'
import { Transports } from './http/transports.ts'
import type { Transport } from './http/transports.ts'
import type { PollOptions, UrlOptions } from '../settings/poll-options.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import { isRedirect, Redirects } from './http/redirects.ts'
import { requestFor } from './http/request.ts'
import type { Request } from './http/request.ts'

/** Asks URLs: what all polls of a poller share. */
export class Prober {
  readonly #now: () => number
  readonly #transports: Transports
  readonly #connections: ConnectionPool

  constructor(options: PollOptions, now: () => number) {
    this.#now = now
    this.#transports = new Transports(options, now)
    this.#connections = new ConnectionPool(options.keptConnections, now)
  }

  /** What polls with these options need. Throws when the certificates given can't be used. */
  resolveProfile(options: UrlOptions): ResolvedProfile {
    return { options, transport: this.#transports.of(options) }
  }

  /**
   * One attempt at a URL: a request, and those that follow from its answer, until there is one to judge. `fresh`: on no
   * connection and with no failed look-up that was kept. `previous`: what an earlier attempt of the same poll has found.
   */
  async probe(
    attempt: Attempt,
    resource: Resource,
    profile: ResolvedProfile,
    fresh: boolean,
    previous: ProbeResult | null = null,
  ): Promise<ProbeResult> {
    const { method, maxRedirects } = profile.options
    const polledUrl = new URL(resource.url)
    const result: ProbeResult = {
      method,
      hop: polledUrl,
      redirects: 0,
      fallback: null,
      address: '',
      tls: null,
      outcome: NOT_SENT,
    }
    try {
      const fallback = previous?.fallback ?? new GetFallback(resource, profile.options, this.#now())
      result.fallback = fallback
      const redirects = new Redirects(maxRedirects)
      for (;;) {
        result.method = fallback.method
        const answer = await this.#request(attempt, result, polledUrl, profile, fresh)
        result.outcome = answer
        if (isFailure(answer)) {
          fallback.recordFailure()
          return result
        }
        if (maxRedirects === 0 || !isRedirect(answer.status)) {
          if (fallback.shouldRetry(answer, this.#now())) continue
          return result
        }
        const next = redirects.next(result.hop, answer.location)
        if (isFailure(next)) {
          result.outcome = next
          return result
        }
        result.hop = next
        result.redirects = redirects.count
      }
    } catch (error) {
      // A defect of ours must not look like one of the URL's.
      result.outcome = classify(error)
      return result
    }
  }

  /** How full its caches are. */
  get bounds(): Omit<PollerBounds, 'polls'> {
    return { ...this.#transports.bounds, connections: this.#connections.fill }
  }

  close(): void {
    this.#connections.close()
    this.#transports.close()
  }

  async #request(
    attempt: Attempt,
    result: ProbeResult,
    polledUrl: URL,
    profile: ResolvedProfile,
    fresh: boolean,
  ): Promise<HttpResponse | Failure> {
    const { hop } = result
    const { options, transport } = profile
    const request = requestFor(result.method, hop, polledUrl, options)
    const kept = fresh || !options.keepAlive ? null : this.#connections.acquire(poolKey(result, transport))
    if (kept !== null) {
      const answer = await sendOn(kept, attempt, result, request)
      this.#connections.release(kept)
      // The server may have closed it at that moment, or something stale may have come: that says nothing of the URL. So does
      // the 408 with which some servers close a connection that was idle for too long (RFC 9110 section 15.5.9).
      if (isFailure(answer) ? answer.reason === 'timeout' : answer.status !== 408) return answer
    }
    const { answer, retryProtocol } = await this.#requestOnNew(attempt, result, request, profile, fresh)
    if (retryProtocol === null || kept?.exchange.retryProtocol === retryProtocol) return answer
    return (await this.#requestOnNew(attempt, result, request, profile, true, retryProtocol)).answer
  }

  /** Asks on a new connection. `protocol`: how to ask, where the server has refused to begin with a request before. */
  async #requestOnNew(
    attempt: Attempt,
    result: ProbeResult,
    request: Request,
    profile: ResolvedProfile,
    fresh: boolean,
    protocol: RetryProtocol = 'same',
  ): Promise<{ readonly answer: HttpResponse | Failure; readonly retryProtocol: RetryProtocol | null }> {
    result.address = ''
    result.tls = null
    const connection = await this.#connect(attempt, result, profile, fresh, protocol === 'http/1.1')
    if (isFailure(connection)) return { answer: connection, retryProtocol: null }
    const answer = await sendOn(connection, attempt, result, request)
    this.#connections.release(connection)
    if (isFailure(answer) && answer.reason === 'tls') profile.transport.tls.forget(result.hop)
    return { answer, retryProtocol: connection.exchange.retryProtocol ?? null }
  }

  async #connect(
    attempt: Attempt,
    result: ProbeResult,
    { options, transport }: ResolvedProfile,
    fresh: boolean,
    http1: boolean,
  ): Promise<Connection | Failure> {
    const { hop } = result
    const secure = hop.protocol === 'https:'
    const port = hop.port === '' ? (secure ? 443 : 80) : Number(hop.port)
    const tcp = await transport.dialer.dial(attempt, hop.hostname, port, {
      rawReads: !secure,
      retryFailed: fresh,
    })
    if (isFailure(tcp)) return tcp
    result.address = tcp.address
    const secured = secure ? await transport.tls.secure(attempt, tcp.socket, hop, result, http1) : null
    if (isFailure(secured)) return secured
    const socket = secured ?? tcp.socket
    return {
      key: poolKey(result, transport),
      exchange: exchangeOn(socket, tcp.readBuffer, hop.origin, options.keepAlive),
      address: tcp.address,
      tls: result.tls,
      openedAt: this.#now(),
      usableFrom: 0,
    }
  }
}

/** Not async: one more such frame would be an eighth of all that a poll on a kept connection allocates. */
function sendOn(
  connection: Connection,
  attempt: Attempt,
  result: ProbeResult,
  request: Request,
): Promise<HttpResponse | Failure> {
  result.address = connection.address
  result.tls = connection.tls
  return connection.exchange.send(attempt, request)
}

function poolKey({ hop }: ProbeResult, transport: Transport): string {
  return `${transport.keyPrefix}${hop.origin}`
}

function exchangeOn(socket: Socket, readBuffer: ReadBuffer | null, origin: string, keep: boolean): Exchange {
  const http2 = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2'
  return http2 ? new Http2Exchange(origin, socket, keep) : new Http1Exchange(origin, socket, keep, readBuffer)
}

const NOT_SENT = failure('local', 'not asked')
