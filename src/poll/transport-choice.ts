import { proxyFor } from '../settings/proxy.ts'
import type { ProxySetting } from '../settings/proxy.ts'
import type { Transport, TransportOptions, Transports } from './http/transports.ts'

/** Chooses the transport of each request, for URLs whose settings say where connections lead. */
export class TransportChoice {
  readonly #transports: Transports
  readonly #own: TransportOptions
  readonly #others: TransportOptions
  readonly #proxies: ProxySetting | null
  /** By what they depend on; at most six. */
  readonly #acquired = new Map<string, Transport>()
  #released = false

  /** `own`: for the host of the URL; `others`: for hosts to which a redirect leads. */
  constructor(
    transports: Transports,
    own: TransportOptions,
    others: TransportOptions,
    proxies: ProxySetting | null,
  ) {
    this.#transports = transports
    this.#own = own
    this.#others = others
    this.#proxies = proxies
  }

  /** The transport for a request to `hop`: the polled URL, or one that it redirects to. */
  of(hop: URL, polledUrl: URL): Transport {
    const isOwn = hop.hostname === polledUrl.hostname
    const options = isOwn ? this.#own : this.#others
    // Proxies carry no datagrams.
    const proxies = options.unix !== null || hop.protocol === 'dns:' ? null : this.#proxies
    const proxy = proxies === null ? null : proxyFor(proxies, hop)
    const key = `${isOwn} ${proxy === null ? '' : proxy === this.#proxies?.forHttp}`
    const known = this.#acquired.get(key)
    if (known !== undefined) return known
    const transport = this.#transports.acquire({ ...options, proxy })
    // A poll that began before is still in flight.
    if (this.#released) this.#transports.release(transport)
    else this.#acquired.set(key, transport)
    return transport
  }

  /** No new poll uses them. */
  release(): void {
    this.#released = true
    for (const transport of this.#acquired.values()) this.#transports.release(transport)
    this.#acquired.clear()
  }
}

/** The choice that settings make necessary; null for none. */
export function choiceFor(
  transports: Transports,
  own: Omit<TransportOptions, 'proxy'> & { readonly proxy: ProxySetting | null },
): TransportChoice | null {
  const { serverName, resolve, unix, proxy, client } = own
  if (serverName === null && resolve === null && unix === null && proxy === null && client === null)
    return null
  const forHost = { ...own, proxy: null }
  const others = { ...forHost, serverName: null, resolve: null, unix: null, client: null }
  return new TransportChoice(transports, forHost, others, proxy)
}
