import net from 'node:net'
import { monotonicMs } from '../../runtime/clock.ts'
import type { Usage } from '../../state/usage.ts'
import { DialRace } from './dial-race.ts'
import type { TcpConnection } from './dial-race.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { Resolver } from '../dns/resolver.ts'
import type { AddressFamily, LookupResult, ResolverOptions } from '../dns/resolver.ts'
import type { NameFiles } from '../dns/system-files.ts'
import { isPublic } from './public-address.ts'

export type { TcpConnection } from './dial-race.ts'

/** How to connect. */
export interface DialOptions extends ResolverOptions {
  /** Refuse addresses that are not public. */
  readonly denyPrivate: boolean
}

/** Connects to hosts by name or IP address. It holds the DNS cache of a poller. */
export class Dialer {
  readonly #resolver: Resolver
  readonly #family: AddressFamily
  readonly #denyPrivate: boolean

  /** `files` replaces the system's hosts and resolv.conf. Throws if a resolver is not an `ip` or `ip:port`. */
  constructor(options: DialOptions, now: () => number = monotonicMs, files: Partial<NameFiles> = {}) {
    this.#resolver = new Resolver(options, now, files)
    this.#family = options.family
    this.#denyPrivate = options.denyPrivate
  }

  /**
   * Looks `hostname` up (as in `URL.hostname`) and connects by TCP, as the steps 'dns' and 'connect' of `attempt`. IP addresses
   * and cached names need no lookup. `rawReads`: read the socket by its ReadBuffer. `retryFailed`: look a name up again
   * whose lookup failed before. Reasons of a Failure: dns, refused, unreachable, reset, timeout, policy, local. Never throws.
   */
  dial(
    attempt: Attempt,
    hostname: string,
    port: number,
    { rawReads = false, retryFailed = false } = {},
  ): Promise<TcpConnection | Failure> {
    const known = this.#literal(hostname) ?? this.#resolver.known(hostname, retryFailed)
    if (known === undefined) return this.#lookupAndConnect(attempt, hostname, port, rawReads)
    return isFailure(known) ? Promise.resolve(known) : this.#connect(attempt, hostname, known, port, rawReads)
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
    const family = net.isIP(address)
    if (family === 0) return undefined
    if (this.#family === 0 || this.#family === family) return [address]
    return failure(
      'policy',
      `${hostname} is not an IPv${this.#family} address, and only IPv${this.#family} is allowed`,
    )
  }

  async #lookupAndConnect(
    attempt: Attempt,
    hostname: string,
    port: number,
    rawReads: boolean,
  ): Promise<TcpConnection | Failure> {
    const found = await attempt.step<readonly string[]>('dns', (done) =>
      this.#resolver.lookup(hostname, done),
    )
    if (!isFailure(found)) return this.#connect(attempt, hostname, found, port, rawReads)
    return found.reason === 'timeout' ? (this.#resolver.timeoutFailure(hostname) ?? found) : found
  }

  #connect(
    attempt: Attempt,
    hostname: string,
    addresses: readonly string[],
    port: number,
    rawReads: boolean,
  ): Promise<TcpConnection | Failure> {
    const allowed = this.#denyPrivate ? addresses.filter(isPublic) : addresses
    if (allowed.length === 0) {
      return Promise.resolve(failure('policy', `not a public address: ${addresses.join(', ')}`))
    }
    return attempt.step<TcpConnection>('connect', (done) => {
      const settle = (end: TcpConnection | Failure) => {
        // Otherwise every poll would wait for the dead address first.
        if (!isFailure(end) && end.address !== allowed[0]) this.#resolver.prefer(hostname, [end.address])
        done(end)
      }
      const race = new DialRace(allowed, port, settle, rawReads)
      return () => {
        // The next attempt begins with the addresses that this one had no time for.
        if (race.untried.length > 0) this.#resolver.prefer(hostname, race.untried)
        race.destroy()
      }
    })
  }
}
