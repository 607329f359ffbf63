import { sumUsage } from '../../state/usage.ts'
import type { PollerBounds } from '../../state/usage.ts'
import { Dialer } from '../dial/dialer.ts'
import type { DialOptions } from '../dial/dialer.ts'
import { Tls } from '../dial/tls.ts'
import type { TlsOptions } from '../dial/tls.ts'

/** Opens connections with one set of options. Connections and TLS sessions are shared within a transport only. */
export interface Transport {
  /** Prefix of the keys of its connections in the ConnectionPool. */
  readonly keyPrefix: string
  readonly dialer: Dialer
  readonly tls: Tls
}

/** Options that are the same for every connection of a poller. */
type ConnectOptions = Omit<DialOptions, 'family'> & Pick<TlsOptions, 'tls'>

/** Options that connections must agree in to share a transport. */
type TransportOptions = Pick<DialOptions, 'family'> &
  Pick<TlsOptions, 'insecure' | 'http2' | 'readsCertificates'>

/** The transports of a poller. Each is created once; there are at most 24. */
export class Transports {
  readonly #options: ConnectOptions
  readonly #now: () => number
  readonly #transports = new Map<string, Transport>()
  /** One for each address family, shared by transports since it holds the DNS cache. */
  readonly #dialers = new Map<TransportOptions['family'], Dialer>()

  constructor(options: ConnectOptions, now: () => number) {
    this.#options = options
    this.#now = now
  }

  /** The transport for these options. Throws if the certificates given can't be used. */
  of(options: TransportOptions): Transport {
    const { family, insecure, http2, readsCertificates = false } = options
    const keyPrefix = [
      family === 0 ? '' : `ipv${family} `,
      insecure ? 'insecure ' : '',
      http2 ? 'http2 ' : '',
      // Apart, so that each of its sessions and kept connections has the certificates.
      readsCertificates ? 'certificates ' : '',
    ].join('')
    const known = this.#transports.get(keyPrefix)
    if (known !== undefined) return known
    const transport = {
      keyPrefix,
      dialer: this.#dialer(family),
      tls: new Tls({ tls: this.#options.tls, insecure, http2, readsCertificates }, this.#now),
    }
    this.#transports.set(keyPrefix, transport)
    return transport
  }

  /** How full the DNS caches and TLS session caches are. */
  get bounds(): Pick<PollerBounds, 'names' | 'sessions'> {
    return {
      names: sumUsage([...this.#dialers.values()].map(({ usage }) => usage)),
      sessions: sumUsage([...this.#transports.values()].map(({ tls }) => tls.usage)),
    }
  }

  /** Ends all DNS lookups. */
  close(): void {
    for (const dialer of this.#dialers.values()) dialer.close()
  }

  #dialer(family: TransportOptions['family']): Dialer {
    const dialer = this.#dialers.get(family) ?? new Dialer({ ...this.#options, family })
    this.#dialers.set(family, dialer)
    return dialer
  }
}
