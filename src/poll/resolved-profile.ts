import type { Transport } from './http/transports.ts'
import type { UrlOptions } from '../settings/poll-options.ts'

/** How some Resources are polled: made when the poller hears of it, so that no poll has to put options together. */
export interface ResolvedProfile {
  readonly options: UrlOptions
  /** What they share connections with. */
  readonly transport: Transport
}

/** The flags with what a list says in their place. A header of its own takes the place of the flags' of that name. */
export function withOverrides(flags: UrlOptions, overrides: Partial<UrlOptions>): UrlOptions {
  const own = overrides.headers ?? []
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  const others = flags.headers.filter(([name]) => !names.has(name.toLowerCase()))
  return { ...flags, ...overrides, headers: [...others, ...own] }
}
