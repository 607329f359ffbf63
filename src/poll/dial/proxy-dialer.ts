import { isIP } from 'node:net'
import { monotonicMs } from '../../runtime/clock.ts'
import type { Proxy } from '../../settings/proxy.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { failure, isFailure, withDetail } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { hostPort } from '../attempt/host-port.ts'
import { isLoopbackHost } from '../../settings/loopback.ts'
import { connectTimeout } from './dial-errors.ts'
import type { DialDetails, Dialer, TcpConnection } from './dialer.ts'
import { httpConnect } from './http-connect.ts'
import { isPublic } from './public-address.ts'
import { socksConnect } from './socks.ts'
import type { Tls } from './tls.ts'
import { unbracket } from '../../settings/unbracket.ts'

/**
 * If there are other addresses, the proxy has a fair share of the time left to reach one of them, and not less than this, in ms: as
 * long as a DialRace leaves an address.
 */
const MIN_SHARE_MS = 2_000

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

  prefer(hostname: string, addresses: readonly string[]): void {
    this.#options.dialer.prefer(hostname, addresses)
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
    for (const [n, target] of targets.entries()) {
      const connection = await this.#connect(attempt, details)
      if (isFailure(connection) || details.forwards === true) return connection
      const others = targets.length - 1 - n
      const refused = await this.#askInTime(attempt, connection, target, port, others)
      if (refused === null) {
        this.#answeredAt = this.#begun
        if (n > 0) this.prefer(hostname, [target])
        return connection
      }
      connection.socket.destroy()
      if (attempt.isOver) {
        // The next attempt begins with the addresses that this one had no time for.
        this.prefer(hostname, targets.slice(n + 1))
        return this.#describe(refused, begun)
      }
      last = this.#describe(refused, begun)
      if (refused.reason === 'timeout') continue
      if (last.reason === 'proxy') return last
      this.#answeredAt = this.#begun
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

  /** Like #ask. An address that does not answer in time gives way to others, if there are any. */
  async #askInTime(
    attempt: Attempt,
    connection: TcpConnection,
    host: string,
    port: number,
    others: number,
  ): Promise<Failure | null> {
    if (others === 0) return this.#ask(attempt, connection, host, port)
    const shareMs = Math.max(MIN_SHARE_MS, (attempt.deadline - monotonicMs()) / (others + 1))
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      connection.socket.destroy()
    }, shareMs)
    const refused = await this.#ask(attempt, connection, host, port)
    clearTimeout(timer)
    return refused !== null && isLate ? connectTimeout(host, port).failure : refused
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
