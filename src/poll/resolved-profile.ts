import type { Transport } from './http/transports.ts'
import type { UrlOptions } from '../settings/poll-options.ts'

/** How the Resources of a profile are polled. Built once, when the poller receives the profile, not for each poll. */
export interface ResolvedProfile {
  readonly options: UrlOptions
  /** Opens their connections. */
  readonly transport: Transport
}

/** The flags with the overrides of a list. A header of the list replaces a header of the flags that has the same name. */
export function withOverrides(flags: UrlOptions, overrides: Partial<UrlOptions>): UrlOptions {
  const own = overrides.headers ?? []
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  const others = flags.headers.filter(([name]) => !names.has(name.toLowerCase()))
  return { ...flags, ...overrides, headers: [...others, ...own] }
}
