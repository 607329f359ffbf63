import net from 'node:net'
import { monotonicMs } from '../../runtime/clock.ts'
import type { Usage } from '../../state/usage.ts'
import { DialRace } from './dial-race.ts'
import type { TcpConnection } from './dial-race.ts'
import { explainedFailure, failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { hostPort } from '../attempt/host-port.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { Resolver } from '../dns/resolver.ts'
import type { AddressFamily, LookupResult, ResolverOptions } from '../dns/resolver.ts'
import type { NameFiles } from '../dns/system-files.ts'
import { dialUnix } from './dial-unix.ts'
import { localAddressFor } from './local-address.ts'
import { isPublic } from './public-address.ts'
import type { Route } from './route.ts'

export type { TcpConnection } from './dial-race.ts'

/** How to connect. */
export interface DialOptions extends ResolverOptions {
  /** Refuse addresses that are not public. */
  readonly denyPrivate: boolean
  /** Null or undefined: to the addresses of the host, from any address. */
  readonly route?: Route | null
}

/** How to make one connection. */
export interface DialDetails {
  /** Read the socket by its ReadBuffer. */
  readonly rawReads?: boolean
  /** Look a name up again whose lookup failed before. */
  readonly retryFailed?: boolean
  /** An HTTP proxy gets the request itself, and is not asked for a connection. */
  readonly forwards?: boolean
}

/** Connects to hosts by name or IP address. It holds the DNS cache of a poller. */
export class Dialer {
  readonly #resolver: Resolver
  readonly #family: AddressFamily
  readonly #denyPrivate: boolean
  readonly #route: Route | null
  readonly #options: DialOptions
  readonly #now: () => number

  /** `files` replaces the system's hosts and resolv.conf. Throws if a resolver is not an `ip` or `ip:port`. */
  constructor(
    options: DialOptions,
    now: () => number = monotonicMs,
    files: Partial<NameFiles> = {},
    resolver: Resolver | null = null,
  ) {
    this.#resolver = resolver ?? new Resolver(options, now, files)
    this.#family = options.family
    this.#denyPrivate = options.denyPrivate
    this.#route = options.route ?? null
    this.#options = options
    this.#now = now
  }

  /** A Dialer that connects by this route and shares the DNS cache of this one, which is the one to close. */
  withRoute(route: Route | null, denyPrivate = this.#denyPrivate): Dialer {
    return new Dialer({ ...this.#options, route, denyPrivate }, this.#now, {}, this.#resolver)
  }

  /**
   * Looks `hostname` up (as in `URL.hostname`) and connects by TCP, as the steps 'dns' and 'connect' of `attempt`. IP addresses
   * and cached names need no lookup. Reasons of a Failure: dns, refused, unreachable, reset, timeout, policy, local. Never throws.
   */
  dial(
    attempt: Attempt,
    hostname: string,
    port: number,
    { rawReads = false, retryFailed = false }: DialDetails = {},
  ): Promise<TcpConnection | Failure> {
    const route = this.#route
    if (route !== null && route.unix !== null) return this.#dialUnix(attempt, route.unix, rawReads)
    const known =
      route !== null && route.resolve !== null
        ? this.#ofFamily(route.resolve)
        : (this.#literal(hostname) ?? this.#resolver.known(hostname, retryFailed))
    if (known === undefined) return this.#lookupAndConnect(attempt, hostname, port, rawReads)
    return isFailure(known) ? Promise.resolve(known) : this.#connect(attempt, hostname, known, port, rawReads)
  }

  /**
   * The addresses of `hostname` that may be connected to, of which there is at least one, as the step 'dns' of `attempt`. Reasons of a
   * Failure: dns, timeout, policy, local. Never throws.
   */
  async addresses(
    attempt: Attempt,
    hostname: string,
    retryFailed: boolean,
  ): Promise<readonly string[] | Failure> {
    const resolve = this.#route?.resolve ?? null
    const known =
      resolve === null
        ? (this.#literal(hostname) ?? this.#resolver.known(hostname, retryFailed))
        : this.#ofFamily(resolve)
    const found = known ?? (await this.#lookup(attempt, hostname))
    return isFailure(found) ? found : this.#allowed(found)
  }

  /** The next attempts of `hostname` begin with these of its addresses. */
  prefer(hostname: string, addresses: readonly string[]): void {
    this.#resolver.prefer(hostname, addresses)
  }

  /** Number of cached names, and the most there can be. */
  get usage(): Usage {
    return this.#resolver.usage
  }

  /** Ends all lookups. From now on, dials to names fail. */
  close(): void {
    this.#resolver.close()
  }

  #literal(hostname: string): LookupResult | undefined {
    const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    return net.isIP(address) === 0 ? undefined : this.#ofFamily([address])
  }

  #ofFamily(addresses: readonly string[]): LookupResult {
    if (this.#family === 0) return addresses
    const allowed = addresses.filter((address) => net.isIP(address) === this.#family)
    if (allowed.length > 0) return allowed
    return failure(
      'policy',
      `${addresses.map((address) => hostPort(address, null)).join(', ')} is not an IPv${this.#family} address, and only IPv${this.#family} is allowed`,
    )
  }

  #dialUnix(attempt: Attempt, path: string, rawReads: boolean): Promise<TcpConnection | Failure> {
    if (this.#denyPrivate) return Promise.resolve(failure('policy', `not a public address: ${path}`))
    return dialUnix(attempt, path, rawReads)
  }

  async #lookupAndConnect(
    attempt: Attempt,
    hostname: string,
    port: number,
    rawReads: boolean,
  ): Promise<TcpConnection | Failure> {
    const found = await this.#lookup(attempt, hostname)
    return isFailure(found) ? found : this.#connect(attempt, hostname, found, port, rawReads)
  }

  async #lookup(attempt: Attempt, hostname: string): Promise<readonly string[] | Failure> {
    const found = await attempt.step<readonly string[]>('dns', (done) =>
      this.#resolver.lookup(hostname, done),
    )
    return isFailure(found) && found.reason === 'timeout'
      ? (this.#resolver.timeoutFailure(hostname) ?? found)
      : found
  }

  #allowed(addresses: readonly string[]): readonly string[] | Failure {
    const allowed = this.#denyPrivate ? addresses.filter(isPublic) : addresses
    return allowed.length > 0 ? allowed : failure('policy', `not a public address: ${addresses.join(', ')}`)
  }

  #connect(
    attempt: Attempt,
    hostname: string,
    addresses: readonly string[],
    port: number,
    rawReads: boolean,
  ): Promise<TcpConnection | Failure> {
    const allowed = this.#allowed(addresses)
    if (isFailure(allowed)) return Promise.resolve(allowed)
    const source = this.#route === null ? null : this.#route.source
    const reachable =
      source === null ? allowed : allowed.filter((address) => localAddressFor(source, address) !== null)
    if (reachable.length === 0) {
      const fault =
        net.isIP(source ?? '') === 0
          ? 'no interface with an address of the family of'
          : 'of another family than'
      return Promise.resolve(explainedFailure('no-source', `${source} is ${fault} ${allowed.join(', ')}`))
    }
    return attempt.step<TcpConnection>('connect', (done) => {
      const settle = (end: TcpConnection | Failure) => {
        // Otherwise every poll would wait for the dead address first.
        if (!isFailure(end) && end.address !== reachable[0]) this.prefer(hostname, [end.address])
        done(end)
      }
      const race = new DialRace(reachable, port, settle, rawReads, source)
      return () => {
        // The next attempt begins with the addresses that this one had no time for.
        if (race.untried.length > 0) this.prefer(hostname, race.untried)
        race.destroy()
      }
    })
  }
}
