import type { Url } from '../resource/resource.ts'
import type { Overrides, UrlOptions } from './url-options.ts'

/** How to poll: what every poller gets when it starts. The part of UrlOptions applies to URLs without overrides. */
export interface PollOptions extends UrlOptions {
  /** The most connections that keepAlive keeps; the least recently used are closed first. */
  readonly keptConnections: number
  /** PEM texts; null for none. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null }
  /** URLs that tell whether this machine is online, besides the URLs of the list that answer. */
  readonly canaries: readonly Url[]
  /** DNS servers in order, each as `ip` or `ip:port`; none: the system's. */
  readonly resolvers: readonly string[]
  /** Refuse addresses that are not public, for every redirect, after the name lookup. */
  readonly denyPrivate: boolean
  /** Polls in flight in this poller. */
  readonly concurrency: number
  /** Polls in flight to one origin. */
  readonly hostConcurrency: number
}

/** A number that Resources carry, and the overrides that it stands for. */
export type ProfileUpdate = readonly [number: number, overrides: Overrides]
