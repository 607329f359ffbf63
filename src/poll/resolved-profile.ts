import type { Transport } from './http/transports.ts'
import type { UrlOptions } from '../settings/url-options.ts'

/** How the Resources of a profile are polled. Built once, when the poller receives the profile, not for each poll. */
export interface ResolvedProfile {
  readonly options: UrlOptions
  /** Opens their connections. */
  readonly transport: Transport
}
