import { sumUsage } from '../../state/usage.ts'
import type { PollerBounds } from '../../state/usage.ts'
import { Dialer } from '../dial/dialer.ts'
import type { PollOptions, UrlOptions } from '../../settings/poll-options.ts'
import { Tls } from '../dial/tls.ts'

/** What connections are made with. Those of one transport may serve each other's polls, and resume each other's TLS sessions. */
export interface Transport {
  /** Begins what its connections are kept under. */
  readonly keyPrefix: string
  readonly dialer: Dialer
  readonly tls: Tls
}

/** The transports of a poller, each made once: twelve at most. */
export class Transports {
  readonly #options: PollOptions
  readonly #now: () => number
  readonly #transports = new Map<string, Transport>()
  /** One for each address family, since it keeps the names that it knows. */
  readonly #dialers = new Map<UrlOptions['family'], Dialer>()

  constructor(options: PollOptions, now: () => number) {
    this.#options = options
    this.#now = now
  }

  /** The transport for these options. Throws when the certificates given can't be used. */
  of(options: UrlOptions): Transport {
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

  #dialer(family: UrlOptions['family']): Dialer {
    const dialer = this.#dialers.get(family) ?? new Dialer({ ...this.#options, family })
    this.#dialers.set(family, dialer)
    return dialer
  }
}
