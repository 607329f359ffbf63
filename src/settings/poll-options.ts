import type { PollerFlags } from './poller-flags.ts'
import type { UrlOptions } from './url-options.ts'

/** How to poll: what every poller gets when it starts. The part of UrlOptions applies to URLs without overrides. */
export interface PollOptions extends UrlOptions, PollerFlags {
  /** The most connections that keepAlive keeps; the least recently used are closed first. */
  readonly keptConnections: number
  /** Trusted besides those of the system, as PEM; null for none. */
  readonly tls: { readonly ca: string | null }
  /** Polls in flight in this poller. */
  readonly concurrency: number
}

/** A number that Resources carry, and the options that it stands for: the flags with the overrides of a list. */
export type ProfileUpdate = readonly [number: number, options: UrlOptions]
