import { isRedirect } from './http/redirects.ts'
import type { ResolvedOptions } from './resolved-profile.ts'
import { accepts } from './verdict/accepts.ts'

/**
 * Whether a poll follows a redirect. One without a Location is an answer like any other (RFC 9110, section 15.4) if its status is
 * accepted; otherwise following it is what fails.
 */
export function isFollowed(
  status: number,
  location: string | null,
  { accept, maxRedirects }: Pick<ResolvedOptions, 'accept' | 'maxRedirects'>,
): boolean {
  if (maxRedirects === 0 || !isRedirect(status)) return false
  return (location !== null && location !== '') || !accepts(accept, status)
}
