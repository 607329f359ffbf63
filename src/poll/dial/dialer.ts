import net from 'node:net'
import { monotonicMs } from '../../runtime/clock.ts'
import type { Usage } from '../../state/usage.ts'
import { DialRace } from './dial-race.ts'
import type { TcpConnection } from './dial-race.ts'
import { failure, isFailure } from '../attempt/attempt.ts'
import type { Failure, Attempt } from '../attempt/attempt.ts'
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

/** Connects to hosts by name or IP address: one for a poller, with the names that it knows. */
export class Dialer {
  readonly #resolver: Resolver
  readonly #family: AddressFamily
  readonly #denyPrivate: boolean

  /** `files` stands for the system's hosts and resolv.conf. Throws when a resolver is not an `ip` or `ip:port`. */
  constructor(options: DialOptions, now: () => number = monotonicMs, files: Partial<NameFiles> = {}) {
    this.#resolver = new Resolver(options, now, files)
    this.#family = options.family
    this.#denyPrivate = options.denyPrivate
  }

  /**
   * Look-up and TCP connect, as the steps 'dns' and 'connect' of `attempt`; an IP address or a name that is known needs
   * no look-up. `hostname` as `URL.hostname` gives it. Reasons of a Failure: dns, refused, unreachable, reset, timeout,
   * policy, local. Never throws. `rawReads`: who takes the socket reads it by its ReadBuffer. `retryFailed`: a name that
   * failed is looked up once more.
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

  /** How many names are kept. */
  get fill(): Usage {
    return this.#resolver.fill
  }

  /** Ends all look-ups; dials to names fail from now on. */
  close(): void {
    this.#resolver.close()
  }

  #literal(hostname: string): LookupResult | undefined {
    const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    const family = net.isIP(address)
    if (family === 0) return undefined
    if (this.#family === 0 || this.#family === family) return [address]
    return failure('policy', `${hostname} is not an IPv${this.#family} address, and only those are asked for`)
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
        // Or every poll would first wait for the address that is dead.
        if (!isFailure(end) && end.address !== allowed[0]) this.#resolver.prefer(hostname, [end.address])
        done(end)
      }
      const race = new DialRace(allowed, port, settle, rawReads)
      return () => {
        // The next poll or look begins with those that this one had no time for.
        if (race.untried.length > 0) this.#resolver.prefer(hostname, race.untried)
        race.destroy()
      }
    })
  }
}
