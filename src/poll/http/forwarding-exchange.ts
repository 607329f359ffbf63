import { basicAuthorization } from '../../settings/basic-authorization.ts'
import type { Proxy } from '../../settings/proxy.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Exchange, HttpResponse } from './exchange.ts'
import type { Request } from './request.ts'

/** Sends requests to an HTTP proxy, which passes them on (RFC 9112, section 3.2.2). */
export class ForwardingExchange implements Exchange {
  readonly #exchange: Exchange
  readonly #origin: string
  readonly #proxy: Proxy

  /** `exchange`: on the connection to the proxy. */
  constructor(exchange: Exchange, origin: string, proxy: Proxy) {
    this.#exchange = exchange
    this.#origin = origin
    this.#proxy = proxy
  }

  get reusable(): boolean {
    return this.#exchange.reusable
  }

  get bodyAnnounced(): boolean {
    return this.#exchange.bodyAnnounced
  }

  async send(attempt: Attempt, request: Request): Promise<HttpResponse | Failure> {
    const { credentials, name } = this.#proxy
    const authorization =
      credentials === null
        ? []
        : ['proxy-authorization', basicAuthorization(`${credentials.username}:${credentials.password}`)]
    const response = await this.#exchange.send(attempt, {
      ...request,
      path: `${this.#origin}${request.path}`,
      headers: [...request.headers, ...authorization],
    })
    if (isFailure(response) || response.status !== 407) return response
    return failure('proxy', `${name}: the proxy answered 407 ${response.statusText}`.trimEnd())
  }

  onClose(closed: () => void): void {
    this.#exchange.onClose(closed)
  }

  close(): void {
    this.#exchange.close()
  }
}
