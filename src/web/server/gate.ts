import type { IncomingMessage, ServerResponse } from 'node:http'
import { monotonicMs } from '../../runtime/clock.ts'
import type { WebConfig } from '../../config/web/web-config.ts'
import { Authenticator, parseBasic } from './authenticator.ts'
import { haveSameClients } from './client-certificate.ts'
import { clientKey } from './client-key.ts'
import { hasBody, hasLoopbackHost, requestFault } from './refusals.ts'
import type { RequestProgress } from './request-progress.ts'
import { TokenBuckets } from './token-buckets.ts'

/** Requests of one client: so many at once, and then so many a second. */
export interface ClientLimit {
  readonly atOnce: number
  readonly perSecond: number
}

/** A Prometheus that probes 100,000 targets a minute sends 1,700 requests a second, and more in some seconds. */
const CLIENT_LIMIT = { atOnce: 10_000, perSecond: 5_000 }

/** Clients whose requests are counted; a bucket for each is some 200 bytes. */
const MAX_CLIENTS = 1_024

/** Whether a password has a hash. */
export type CheckPassword = (password: string, hash: string) => Promise<boolean>

/** Who got through: a user, and the hash of the password at that time. */
interface Login {
  readonly user: string
  readonly hash: string | undefined
}

/** Decides which requests get through to the app, and answers the others. */
export class Gate {
  /** Whether the server listens on loopback only. */
  isOnlyLoopback = true
  readonly #authenticator: Authenticator
  readonly #clients: TokenBuckets
  /** The limit of the configuration, which counts all requests alike. */
  #all: TokenBuckets | null = null
  #config: WebConfig
  /** The requests that got through and are not over; null: without a login. */
  readonly #admitted = new Map<RequestProgress, Login | null>()

  constructor(
    config: WebConfig,
    checkPassword: CheckPassword = () => Promise.resolve(false),
    { atOnce, perSecond }: ClientLimit = CLIENT_LIMIT,
  ) {
    this.#config = config
    this.#clients = new TokenBuckets(atOnce, perSecond, MAX_CLIENTS)
    this.#authenticator = new Authenticator(checkPassword, monotonicMs)
  }

  /** Whether whoever got through has shown who it is. */
  get authenticates(): boolean {
    const { users, tls } = this.#config
    return users.size > 0 || tls?.clientAuth === 'RequireAndVerifyClientCert'
  }

  /** Applies to new requests, and to those whose answers have no end. Returns whether other clients may connect than before. */
  setConfig(config: WebConfig): boolean {
    const areOthers = !haveSameClients(config.tls, this.#config.tls)
    this.#config = config
    for (const [progress, login] of this.#admitted) if (areOthers || !this.#holds(login)) progress.revoke()
    const { rateLimit } = config
    this.#all = rateLimit === null ? null : new TokenBuckets(rateLimit.burst, 1_000 / rateLimit.intervalMs, 1)
    return areOthers
  }

  /**
   * Whether a request may go on. If not, it is answered. A promise only where a password has to be checked. `copy`: what it asks for is
   * made already.
   */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    progress: RequestProgress,
    copy: { readonly isOpen: boolean } | null = null,
  ): boolean | Promise<boolean> {
    const fault = requestFault(request)
    if (fault !== null) return refuse(response, 400, fault)
    if (hasBody(request)) return refuse(response, 413, 'a request has no body here')
    if (this.isOnlyLoopback && !hasLoopbackHost(request))
      return refuse(response, 403, 'the Host of this request is not an address of this machine')
    const now = monotonicMs()
    // A copy costs no more than a refusal, and the viewers of a page may all come from one proxy.
    const isOpen = this.#config.users.size === 0 || copy?.isOpen === true
    const isCounted = copy === null || !isOpen
    if (
      (isCounted && !this.#clients.take(clientKey(request.socket), now)) ||
      this.#all?.take('', now) === false
    )
      return refuse(response, 429, 'too many requests', { 'Retry-After': '1' })
    if (!isOpen) return this.#authenticate(request, response, progress)
    if (copy === null) this.#add(progress, null)
    return true
  }

  #add(progress: RequestProgress, login: Login | null): void {
    this.#admitted.set(progress, login)
    progress.whenOver(() => this.#admitted.delete(progress))
  }

  /** Whether a login is still one of the configuration. */
  #holds(login: Login | null): boolean {
    const { users } = this.#config
    return users.size === 0 || (login !== null && users.get(login.user) === login.hash)
  }

  async #authenticate(
    { headers, socket }: IncomingMessage,
    response: ServerResponse,
    progress: RequestProgress,
  ): Promise<boolean> {
    const { authorization = '' } = headers
    const { users } = this.#config
    const user = parseBasic(authorization)?.user ?? ''
    const login = { user, hash: users.get(user) }
    const requester = { client: clientKey(socket), whenOver: (act: () => void) => progress.whenOver(act) }
    const checked = await this.#authenticator
      .authenticate(authorization, users, requester)
      .catch(() => 'failed' as const)
    // The configuration may have changed since.
    const result = checked === 'right' && !this.#holds(login) ? 'wrong' : checked
    switch (result) {
      case 'right':
        this.#add(progress, login)
        return !response.destroyed
      case 'wrong':
        return refuse(response, 401, 'a user name and password are needed', {
          'WWW-Authenticate': 'Basic realm="headcount", charset="UTF-8"',
        })
      case 'busy':
        return refuse(response, 429, 'too many passwords to check', { 'Retry-After': '5' })
      case 'gone':
        return false
      case 'failed':
        return refuse(response, 503, 'the password could not be checked', { 'Retry-After': '5' })
      default:
        return result satisfies never
    }
  }
}

/** Answers and closes the connection without reading the rest of the request. Returns false. */
export function refuse(
  response: ServerResponse,
  status: number,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): false {
  const { socket } = response
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close', ...headers })
  response.end(`${why}\n`, () => socket?.destroySoon())
  return false
}
