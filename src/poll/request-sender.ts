import type { UrlOptions } from '../settings/url-options.ts'
import type { Attempt } from './attempt/attempt.ts'
import { isFailure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
import type { Connection, ConnectionPool } from './http/connection-pool.ts'
import type { HttpResponse, RetryProtocol } from './http/exchange.ts'
import type { Request } from './http/request.ts'
import type { Transport } from './http/transports.ts'
import { openConnection, poolKey } from './open-connection.ts'
import type { ProbeResult } from './verdict/probe-result.ts'

/** Sends requests on kept connections or, where none is free or it fails, on new ones. */
export class RequestSender {
  readonly #connections: ConnectionPool
  readonly #now: () => number

  /** `now`: the monotonic clock, in ms. */
  constructor(connections: ConnectionPool, now: () => number) {
    this.#connections = connections
    this.#now = now
  }

  /**
   * Sends a request to `result.hop` and puts the address and the TLS parameters of its connection into `result`. `fresh`: use no kept
   * connection and no cached DNS failure.
   */
  async send(
    attempt: Attempt,
    result: ProbeResult,
    request: Request,
    transport: Transport,
    options: UrlOptions,
    fresh: boolean,
  ): Promise<HttpResponse | Failure> {
    const kept = fresh || !options.keepAlive ? null : this.#connections.acquire(poolKey(result, transport))
    if (kept !== null) {
      const response = await sendOn(kept, attempt, result, request)
      this.#connections.release(kept)
      // A failure on a kept connection says nothing about the URL: the server may have closed it at that moment, or stale data
      // may have arrived. The same holds for the 408 with which some servers close an idle connection (RFC 9110 section 15.5.9).
      // Such a request is repeated on a new connection.
      if (isFailure(response) ? response.reason === 'timeout' : response.status !== 408) return response
    }
    const { response, retryProtocol } = await this.#sendOnNew(
      attempt,
      result,
      request,
      transport,
      options,
      fresh,
    )
    if (retryProtocol === null || kept?.exchange.retryProtocol === retryProtocol) return response
    return (await this.#sendOnNew(attempt, result, request, transport, options, true, retryProtocol)).response
  }

  /** Sends a request on a new connection. `protocol`: how to repeat a request that the server has refused unprocessed. */
  async #sendOnNew(
    attempt: Attempt,
    result: ProbeResult,
    request: Request,
    transport: Transport,
    { keepAlive }: UrlOptions,
    fresh: boolean,
    protocol: RetryProtocol = 'same',
  ): Promise<{ readonly response: HttpResponse | Failure; readonly retryProtocol: RetryProtocol | null }> {
    result.address = ''
    result.tls = null
    const connection = await openConnection(attempt, result, transport, {
      fresh,
      keepAlive,
      http1: protocol === 'http/1.1',
      now: this.#now,
    })
    if (isFailure(connection)) return { response: connection, retryProtocol: null }
    const response = await sendOn(connection, attempt, result, request)
    this.#connections.release(connection)
    if (isFailure(response) && response.reason === 'tls') transport.tls.forget(result.hop)
    return { response, retryProtocol: connection.exchange.retryProtocol ?? null }
  }
}

/** Sends a request on an open connection. Not async: the frame would be an eighth of all that a poll on a kept connection allocates. */
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
