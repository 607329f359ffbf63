import type { Transport } from './http/transports.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import type { UrlRules } from './verdict/url-rules.ts'

/** How the Resources of a profile are polled. Built once, when the poller receives the profile, not for each poll. */
export interface ResolvedProfile {
  readonly options: UrlOptions
  /** Opens their connections. */
  readonly transport: Transport
  /** Null for most. */
  readonly rules: UrlRules | null
}
