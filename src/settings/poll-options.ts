import type { Url } from '../resource/resource.ts'
import type { Method } from '../state/state.ts'

/** How to poll one URL: what a list can say of each. Times in ms. */
export interface UrlOptions {
  /** For one whole look: look-up, dial, TLS, answer, redirects. */
  readonly timeoutMs: number
  readonly method: Method
  /** Whether to ask once with GET before the status of HEAD turns the URL down. */
  readonly getFallback: boolean
  /** 0: a redirect is the answer. */
  readonly maxRedirects: number
  /** Statuses that count as up, as inclusive ranges. */
  readonly accept: readonly (readonly [from: number, to: number])[]
  /** Custom headers, sent to the URL's own origin only. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly userAgent: string
  /** Keep connections between polls. */
  readonly keepAlive: boolean
  /** Do not check certificates. */
  readonly insecure: boolean
  /** One address family, or 0 for both. */
  readonly family: 0 | 4 | 6
  /** Offer HTTP/2 by ALPN. */
  readonly http2: boolean
  /** Ask a URL that was up and fails a second time before it turns. */
  readonly recheck: boolean
  /** From one poll to the next: a second look ends before that. */
  readonly intervalMs: number
}

/** How to poll: what a poller is told at its launch, for all URLs of which nothing else is said. */
export interface PollOptions extends UrlOptions {
  /** With keepAlive so many connections are kept, those used least recently going first. */
  readonly keptConnections: number
  /** PEM texts; null for none. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null }
  /** Asked whether anything gets through from here, besides what has answered of the list. */
  readonly canaries: readonly Url[]
  /** The DNS servers to ask, in order, each as `ip` or `ip:port`; none for the system's. */
  readonly resolvers: readonly string[]
  /** Refuse addresses that are not public, at every hop, after look-up. */
  readonly denyPrivate: boolean
  /** Polls in flight in this poller. */
  readonly concurrency: number
  /** Polls in flight to one origin. */
  readonly hostConcurrency: number
}

/** A number that Resources carry, and how such are polled where that differs from the flags. */
export type ProfileUpdate = readonly [number: number, overrides: Partial<UrlOptions>]
