import { isIP } from 'node:net'
import type { Proxy } from '../../settings/proxy.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { failure, isFailure, withDetail } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { hostPort } from '../attempt/host-port.ts'
import { isLoopbackHost } from '../../settings/loopback.ts'
import type { DialDetails, Dialer, TcpConnection } from './dialer.ts'
import { httpConnect } from './http-connect.ts'
import { isPublic } from './public-address.ts'
import { socksConnect } from './socks.ts'
import type { Tls } from './tls.ts'
import { unbracket } from '../../settings/unbracket.ts'

/** The most addresses of a host that the proxy is asked for. */
const MAX_TARGETS = 4

/** What a ProxyDialer needs. */
export interface ProxyDialerOptions {
  readonly proxy: Proxy
  /** Connects to the proxy, and looks names up if the proxy does not. */
  readonly dialer: Dialer
  /** For an HTTPS proxy. */
  readonly tls: Tls
  /** The addresses to ask for in place of the host; null: the host. */
  readonly resolve: readonly string[] | null
  /** Refuse to ask for what is known not to be public. */
  readonly denyPrivate: boolean
}

/** Connects to hosts through a proxy. */
export class ProxyDialer {
  readonly #options: ProxyDialerOptions
  /** Attempts that began. */
  #begun = 0
  /** The value of #begun when the proxy last answered a request for a connection. */
  #answeredAt = 0

  constructor(options: ProxyDialerOptions) {
    this.#options = options
  }

  /**
   * Like `Dialer.dial`. `address` of the connection is that of the proxy. All of its time counts as the phase 'proxy'. Further reason
   * of a Failure: proxy.
   */
  async dial(
    attempt: Attempt,
    hostname: string,
    port: number,
    details: DialDetails = {},
  ): Promise<TcpConnection | Failure> {
    const { dns, connect, tls } = attempt.phasesMs
    const begun = ++this.#begun
    const result = await this.#dialOneOf(attempt, hostname, port, details, begun)
    const times = attempt.phasesMs
    times.proxy = (times.proxy ?? 0) + times.dns - dns + times.connect - connect + times.tls - tls
    Object.assign(times, { dns, connect, tls })
    return result
  }

  /** Like `Dialer.addresses`: names are looked up directly. */
  addresses(attempt: Attempt, hostname: string, retryFailed: boolean): Promise<readonly string[] | Failure> {
    return this.#options.dialer.addresses(attempt, hostname, retryFailed)
  }

  async #dialOneOf(
    attempt: Attempt,
    hostname: string,
    port: number,
    details: DialDetails,
    begun: number,
  ): Promise<TcpConnection | Failure> {
    const targets = await this.#targets(attempt, unbracket(hostname), details)
    if (isFailure(targets)) return targets
    let last: Failure | null = null
    for (const target of targets.slice(0, MAX_TARGETS)) {
      const connection = await this.#connect(attempt, details)
      if (isFailure(connection) || details.forwards === true) return connection
      const refused = await this.#ask(attempt, connection, target, port)
      if (refused === null) {
        this.#answeredAt = this.#begun
        return connection
      }
      connection.socket.destroy()
      last = this.#describe(refused, begun)
      if (last.reason === 'proxy') return last
      if (refused.reason !== 'timeout') this.#answeredAt = this.#begun
    }
    return last ?? failure('dns', `${hostname}: no address`)
  }

  /** The addresses, or the name, to ask the proxy for. */
  async #targets(
    attempt: Attempt,
    host: string,
    { retryFailed = false }: DialDetails,
  ): Promise<readonly string[] | Failure> {
    const { proxy, dialer, resolve, denyPrivate } = this.#options
    const targets =
      resolve ??
      (isIP(host) !== 0 || proxy.looksUpNames ? [host] : await dialer.addresses(attempt, host, retryFailed))
    if (isFailure(targets) || !denyPrivate) return targets
    const allowed = targets.filter((target) =>
      isIP(target) === 0 ? !isLoopbackHost(target) : isPublic(target),
    )
    return allowed.length > 0 ? allowed : failure('policy', `not a public address: ${targets.join(', ')}`)
  }

  /** Connects to the proxy itself. */
  async #connect(attempt: Attempt, details: DialDetails): Promise<TcpConnection | Failure> {
    const { proxy, dialer, tls } = this.#options
    const isSecure = proxy.protocol === 'https'
    const rawReads = details.forwards === true && details.rawReads === true && !isSecure
    const tcp = await dialer.dial(attempt, proxy.hostname, proxy.port, { ...details, rawReads })
    if (isFailure(tcp)) return this.#notReached(tcp)
    if (!isSecure) return tcp
    const url = new URL(`https://${hostPort(proxy.hostname, proxy.port)}`)
    const secured = await tls.secure(attempt, tcp.socket, url, { tls: null, breaksRules: null }, 'http/1.1')
    if (isFailure(secured)) return this.#notReached(secured)
    secured.pause()
    return { socket: secured, address: tcp.address, readBuffer: null }
  }

  #ask(attempt: Attempt, { socket }: TcpConnection, host: string, port: number): Promise<Failure | null> {
    const { proxy } = this.#options
    return proxy.protocol === 'socks5'
      ? socksConnect(attempt, socket, { host, port }, proxy.credentials)
      : httpConnect(attempt, socket, hostPort(host, port), proxy)
  }

  /** A fault of this machine, or what a flag forbids, stays what it is. */
  #notReached(failed: Failure): Failure {
    if (failed.reason === 'local' || failed.reason === 'policy') return failed
    return failure('proxy', `${this.#options.proxy.name}: ${failed.detail}`)
  }

  /** No answer in time may be the fault of either: that of the proxy unless it has answered others since. */
  #describe(refused: Failure, begun: number): Failure {
    if (refused.reason === 'timeout' && this.#answeredAt < begun)
      return failure('proxy', `${this.#options.proxy.name}: ${refused.detail}`)
    return withDetail(refused, `${this.#options.proxy.name}: ${refused.detail}`)
  }
}
