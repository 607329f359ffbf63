import { isIP } from 'node:net'
import { oneFamily } from '../settings/both-families.ts'
import { unbracket } from '../settings/unbracket.ts'
import { transportFor } from './resolved-profile.ts'
import type { ResolvedProfile } from './resolved-profile.ts'

/** Whether connections to a URL can be made over both address families, as far as its host and its settings tell. */
export function hasBothFamilies(profile: ResolvedProfile, url: string): boolean {
  const hop = new URL(url)
  const { proxy, route } = transportFor(profile, hop, hop)
  const { resolve = null, source = null, unix = null } = route ?? {}
  if (oneFamily({ proxy, resolve, source, unix }) !== null) return false
  return resolve !== null || isIP(unbracket(hop.hostname)) === 0
}
