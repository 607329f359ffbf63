import { isIP } from 'node:net'
import { isForAll } from './proxy.ts'
import type { Overrides, UrlOptions } from './url-options.ts'
import { unbracket } from './unbracket.ts'

/** Through what connections are made, to what and from where; null: nothing is said of it. */
interface Way {
  readonly proxy: unknown
  readonly resolve: readonly string[] | null
  readonly source: string | null
  readonly unix: string | null
}

/** Why connections on this way can't be made over both address families, as far as it tells; null: they can. */
export function oneFamily({ proxy, resolve, source, unix }: Way): string | null {
  if (unix !== null) return 'a Unix socket has no address family: leave out ipv=both, or unix'
  if (proxy !== null)
    return 'a proxy chooses itself over which address family it connects: leave out ipv=both, or poll without the proxy'
  if (resolve !== null && new Set(resolve.map(isIP)).size === 1)
    return 'ipv=both needs addresses of both families, such as resolve=192.0.2.1,2001:db8::1'
  if (source !== null && isIP(source) !== 0)
    return 'ipv=both needs a source with addresses of both families: the name of an interface, such as source=eth0'
  return null
}

/** Why `ipv: both` can't be beside the other settings of one place; null: it can, or it is not set there. */
export function unfitBeside(settings: Overrides | UrlOptions): string | null {
  const { family, proxy = null, resolve = null, source = null, unix = null } = settings
  if (family !== 'both') return null
  return oneFamily({ proxy: proxy !== null && isForAll(proxy) ? proxy : null, resolve, source, unix })
}

/** Why the settings of a line do not fit the host of its URL; null if they do. */
export function unfitFamily(url: string, overrides: Overrides | null): string | null {
  if (overrides === null || overrides.family !== 'both') return null
  if ((overrides.resolve ?? null) !== null || isIP(unbracket(new URL(url).hostname)) === 0) return null
  return 'ipv: both is for a host with addresses of both families, and this host is an address: use its name, or resolve'
}
