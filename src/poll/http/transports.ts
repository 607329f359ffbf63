import { sumUsage } from '../../state/usage.ts'
import type { PollerBounds } from '../../state/usage.ts'
import type { ClientPem } from './client-pem.ts'
import { Dialer } from '../dial/dialer.ts'
import { ProxyDialer } from '../dial/proxy-dialer.ts'
import type { DialOptions } from '../dial/dialer.ts'
import { routeOf } from '../dial/route.ts'
import type { Proxy } from '../../settings/proxy.ts'
import type { Route } from '../dial/route.ts'
import { Tls } from '../dial/tls.ts'
import type { TlsOptions } from '../dial/tls.ts'

/** Opens connections with one set of options. Connections and TLS sessions are shared within a transport only. */
export interface Transport {
  /** Prefix of the keys of its connections in the ConnectionPool. */
  readonly keyPrefix: string
  readonly dialer: Pick<Dialer, 'dial' | 'addresses' | 'prefer'>
  /** Null: to the addresses of the host. */
  readonly route: Route | null
  /** Null: connections are made directly. */
  readonly proxy: Proxy | null
  readonly tls: Tls
}

/** Whether a request for `hop` goes to the proxy itself, which passes it on. Other connections are made through it. */
export function isForwarded({ proxy, route }: Pick<Transport, 'proxy' | 'route'>, hop: URL): boolean {
  if (proxy === null || proxy.protocol === 'socks5' || hop.protocol !== 'http:') return false
  return route === null || route.resolve === null
}

/** Options that are the same for every connection of a poller. */
type ConnectOptions = Omit<DialOptions, 'family'> & Pick<TlsOptions, 'tls'>

/** Options that connections must agree in to share a transport. */
export type TransportOptions = Pick<DialOptions, 'family'> &
  Required<Pick<TlsOptions, 'insecure' | 'http2' | 'readsCertificates' | 'serverName'>> &
  Route & { readonly proxy: Proxy | null; readonly client: ClientPem | null }

/** A transport, and how many profiles have it. */
interface SharedTransport extends Transport {
  readonly signature: string
  uses: number
}

/** The transports of a poller. There are no more than six for each profile in use: two hosts, two proxies, none. */
export class Transports {
  readonly #options: ConnectOptions
  readonly #now: () => number
  readonly #transports = new Map<string, SharedTransport>()
  /** One for each address family, shared by transports since it holds the DNS cache. */
  readonly #dialers = new Map<TransportOptions['family'], Dialer>()
  #created = 0
  /** Proxies that may have private addresses, since the flags name them. */
  readonly #trusted: ReadonlySet<string>
  /** The texts of client certificates, so that those with the same one share a context. */
  readonly #withClient = new WeakMap<ClientPem, TlsOptions['tls']>()

  constructor(options: ConnectOptions, now: () => number, trusted: ReadonlySet<string> = new Set()) {
    this.#trusted = trusted
    this.#options = options
    this.#now = now
  }

  /** The transport for these options, for one more profile. Throws if the certificates given can't be used. */
  acquire(options: TransportOptions): Transport {
    const { family, insecure, http2, serverName, readsCertificates, proxy, client } = options
    const route = routeOf(options)
    // readsCertificates too, so that each session and kept connection of such a transport has the certificates.
    const signature = JSON.stringify([
      family,
      insecure,
      http2,
      serverName,
      readsCertificates,
      route,
      proxy,
      client?.id,
    ])
    const known = this.#transports.get(signature)
    const transport = known ?? {
      // A number that no other transport has had: connections of one that has ended may still be open. That of the flags, the first,
      // costs nothing.
      keyPrefix: this.#created++ === 0 ? '' : `${this.#created} `,
      signature,
      dialer: this.#dialerFor(options, route),
      route,
      proxy,
      tls: new Tls({ tls: this.#pemFor(client), insecure, http2, serverName, readsCertificates }, this.#now),
      uses: 0,
    }
    transport.uses++
    if (known === undefined) this.#transports.set(signature, transport)
    return transport
  }

  /** One profile fewer has this transport. Polls in flight may still use it. */
  release(transport: Transport): void {
    const shared = transport as SharedTransport
    if (--shared.uses === 0) this.#transports.delete(shared.signature)
  }

  /** How many transports there are. */
  get size(): number {
    return this.#transports.size
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

  #dialerFor({ family, proxy, resolve }: TransportOptions, route: Route | null): Transport['dialer'] {
    const dialer = this.#dialer(family)
    if (proxy === null) return route === null ? dialer : dialer.withRoute(route)
    const { denyPrivate } = this.#options
    const toProxy = route === null ? null : { ...route, resolve: null }
    return new ProxyDialer({
      proxy,
      dialer: dialer.withRoute(toProxy, denyPrivate && !this.#trusted.has(proxy.name)),
      tls: new Tls({ tls: this.#options.tls, insecure: false, http2: false }, this.#now),
      resolve,
      denyPrivate,
    })
  }

  #pemFor(client: ClientPem | null): TlsOptions['tls'] {
    if (client === null) return this.#options.tls
    const texts = this.#withClient.get(client) ?? { ...this.#options.tls, client }
    this.#withClient.set(client, texts)
    return texts
  }

  #dialer(family: TransportOptions['family']): Dialer {
    const dialer = this.#dialers.get(family) ?? new Dialer({ ...this.#options, family })
    this.#dialers.set(family, dialer)
    return dialer
  }
}
