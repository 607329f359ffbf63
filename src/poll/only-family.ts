import { isIP } from 'node:net'
import { transportFor } from './resolved-profile.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import { unbracket } from '../settings/unbracket.ts'

/** The one family over which a URL can be polled, since its host is an address; null if connections may lead to others. */
export function onlyFamily(profile: ResolvedProfile, url: string): 4 | 6 | null {
  const hop = new URL(url)
  const { proxy, route } = transportFor(profile, hop, hop)
  if (proxy !== null || (route !== null && (route.resolve !== null || route.unix !== null))) return null
  const family = isIP(unbracket(hop.hostname))
  return family === 4 || family === 6 ? family : null
}
