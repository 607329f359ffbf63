import { together } from '../state/bounds.ts'
import type { PollerBounds } from '../state/bounds.ts'
import { Dialer } from './dial.ts'
import type { PollOptions, UrlOptions } from './options.ts'
import { Tls } from './tls.ts'

/** What connections are made with. Those of one lane may serve each other's polls, and resume each other's TLS sessions. */
export interface Lane {
  /** Begins what its connections are kept under. */
  readonly key: string
  readonly dialer: Dialer
  readonly tls: Tls
}

/** The lanes of a poller, each made once: twelve at most. */
export class Lanes {
  readonly #options: PollOptions
  readonly #now: () => number
  readonly #lanes = new Map<string, Lane>()
  /** One for each address family, since it keeps the names that it knows. */
  readonly #dialers = new Map<UrlOptions['family'], Dialer>()

  constructor(options: PollOptions, now: () => number) {
    this.#options = options
    this.#now = now
  }

  /** The lane for these options. Throws when the certificates given can't be used. */
  of(options: UrlOptions): Lane {
    const { family, insecure, http2 } = options
    const key = [
      family === 0 ? '' : `ipv${family} `,
      insecure ? 'insecure ' : '',
      http2 ? 'http2 ' : '',
    ].join('')
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane = {
      key,
      dialer: this.#dialer(family),
      tls: new Tls({ tls: this.#options.tls, insecure, http2 }, this.#now),
    }
    this.#lanes.set(key, lane)
    return lane
  }

  /** How full the caches of all are. */
  get bounds(): Pick<PollerBounds, 'names' | 'sessions'> {
    return {
      names: together([...this.#dialers.values()].map(({ fill }) => fill)),
      sessions: together([...this.#lanes.values()].map(({ tls }) => tls.fill)),
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
