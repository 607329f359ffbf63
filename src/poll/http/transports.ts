import { sumUsage } from '../../state/usage.ts'
import type { PollerBounds } from '../../state/usage.ts'
import { Dialer } from '../dial/dialer.ts'
import type { DialOptions } from '../dial/dialer.ts'
import { Tls } from '../dial/tls.ts'
import type { TlsOptions } from '../dial/tls.ts'

/** What connections are made with. Those of one transport may serve each other's polls, and resume each other's TLS sessions. */
export interface Transport {
  /** Begins what its connections are kept under. */
  readonly keyPrefix: string
  readonly dialer: Dialer
  readonly tls: Tls
}

/** Options that are the same for every connection of a poller. */
type ConnectOptions = Omit<DialOptions, 'family'> & Pick<TlsOptions, 'tls'>

/** Options that connections must agree in to share a transport. */
type TransportOptions = Pick<DialOptions, 'family'> & Pick<TlsOptions, 'insecure' | 'http2'>

/** The transports of a poller, each made once: twelve at most. */
export class Transports {
  readonly #options: ConnectOptions
  readonly #now: () => number
  readonly #transports = new Map<string, Transport>()
  /** One for each address family, since it keeps the names that it knows. */
  readonly #dialers = new Map<TransportOptions['family'], Dialer>()

  constructor(options: ConnectOptions, now: () => number) {
    this.#options = options
    this.#now = now
  }

  /** The transport for these options. Throws when the certificates given can't be used. */
  of(options: TransportOptions): Transport {
    const { family, insecure, http2 } = options
    const keyPrefix = [
      family === 0 ? '' : `ipv${family} `,
      insecure ? 'insecure ' : '',
      http2 ? 'http2 ' : '',
    ].join('')
    const known = this.#transports.get(keyPrefix)
    if (known !== undefined) return known
    const transport = {
      keyPrefix,
      dialer: this.#dialer(family),
      tls: new Tls({ tls: this.#options.tls, insecure, http2 }, this.#now),
    }
    this.#transports.set(keyPrefix, transport)
    return transport
  }

  /** How full the caches of all are. */
  get bounds(): Pick<PollerBounds, 'names' | 'sessions'> {
    return {
      names: sumUsage([...this.#dialers.values()].map(({ fill }) => fill)),
      sessions: sumUsage([...this.#transports.values()].map(({ tls }) => tls.fill)),
    }
  }

  close(): void {
    for (const dialer of this.#dialers.values()) dialer.close()
  }

  #dialer(family: TransportOptions['family']): Dialer {
    const dialer = this.#dialers.get(family) ?? new Dialer({ ...this.#options, family })
    this.#dialers.set(family, dialer)
    return dialer
  }
}
