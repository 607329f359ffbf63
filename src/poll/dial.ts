import net from 'node:net'
import { monotonicMs } from '../clock.ts'
import type { Fill } from '../state/bounds.ts'
import { Race } from './dial-race.ts'
import type { Dialled } from './dial-race.ts'
import { failure, isFailure } from './flight.ts'
import type { Failure, Flight } from './flight.ts'
import { Names } from './names/names.ts'
import type { Found } from './names/names.ts'
import type { NameFiles } from './names/system-files.ts'
import type { PollOptions } from './options.ts'
import { isPublic } from './private.ts'

export type { Dialled } from './dial-race.ts'

/** Connects to hosts by name or IP address: one for a poller, with the names that it knows. */
export class Dialer {
  readonly #names: Names
  readonly #family: PollOptions['family']
  readonly #denyPrivate: boolean

  /** `files` stands for the system's hosts and resolv.conf. Throws when a resolver is not an `ip` or `ip:port`. */
  constructor(
    options: Pick<PollOptions, 'family' | 'resolvers' | 'denyPrivate'>,
    now: () => number = monotonicMs,
    files: Partial<NameFiles> = {},
  ) {
    this.#names = new Names(options, now, files)
    this.#family = options.family
    this.#denyPrivate = options.denyPrivate
  }

  /**
   * Look-up and TCP connect, as the steps 'dns' and 'connect' of `flight`; an IP address or a name that is known needs
   * no look-up. `hostname` as `URL.hostname` gives it. Reasons of a Failure: dns, refused, unreachable, reset, timeout,
   * policy, local. Never throws. `direct`: who takes the socket hears it by its inbox. `again`: a name that failed is
   * looked up once more.
   */
  dial(
    flight: Flight,
    hostname: string,
    port: number,
    { direct = false, again = false } = {},
  ): Promise<Dialled | Failure> {
    const known = this.#literal(hostname) ?? this.#names.known(hostname, again)
    if (known === undefined) return this.#lookUpAndConnect(flight, hostname, port, direct)
    return isFailure(known) ? Promise.resolve(known) : this.#connect(flight, hostname, known, port, direct)
  }

  /** How many names are kept. */
  get fill(): Fill {
    return this.#names.fill
  }

  /** Ends all look-ups; dials to names fail from now on. */
  close(): void {
    this.#names.close()
  }

  #literal(hostname: string): Found | undefined {
    const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    const family = net.isIP(address)
    if (family === 0) return undefined
    if (this.#family === 0 || this.#family === family) return [address]
    return failure('policy', `${hostname} is not an IPv${this.#family} address, and only those are asked for`)
  }

  async #lookUpAndConnect(
    flight: Flight,
    hostname: string,
    port: number,
    direct: boolean,
  ): Promise<Dialled | Failure> {
    const found = await flight.step<readonly string[]>('dns', (done) => this.#names.lookUp(hostname, done))
    if (!isFailure(found)) return this.#connect(flight, hostname, found, port, direct)
    return found.reason === 'timeout' ? (this.#names.givenUp(hostname) ?? found) : found
  }

  #connect(
    flight: Flight,
    hostname: string,
    addresses: readonly string[],
    port: number,
    direct: boolean,
  ): Promise<Dialled | Failure> {
    const allowed = this.#denyPrivate ? addresses.filter(isPublic) : addresses
    if (allowed.length === 0) {
      return Promise.resolve(failure('policy', `not a public address: ${addresses.join(', ')}`))
    }
    return flight.step<Dialled>('connect', (done) => {
      const settle = (end: Dialled | Failure) => {
        // Or every poll would first wait for the address that is dead.
        if (!isFailure(end) && end.address !== allowed[0]) this.#names.prefer(hostname, [end.address])
        done(end)
      }
      const race = new Race(allowed, port, settle, direct)
      return () => {
        // The next poll or look begins with those that this one had no time for.
        if (race.untried.length > 0) this.#names.prefer(hostname, race.untried)
        race.destroy()
      }
    })
  }
}
