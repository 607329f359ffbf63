import type { Url } from '../resource/resource.ts'
import { checkAuthority, checkHost } from './host.ts'
import { quote } from './quote.ts'
import { schemeNamed } from './schemes.ts'
import { parseHostUrl } from './host-url.ts'
import { describeMissingScheme, unknownScheme } from './url-hint.ts'
import type { UrlParseResult } from './host-url.ts'

/** The longest URL, as written and as normalised, in characters: servers refuse longer request lines. */
export const MAX_URL_LENGTH = 8 * 1024

/**
 * Characters that `new URL` silently drops (tabs and line breaks) or that IDNA silently drops from a host (soft hyphen, zero-width
 * space), and invisible ones: C0, C1, every kind of space, bidi controls. U+FFFD stands for bytes that were not UTF-8.
 */
const INVISIBLE = /[\p{Cc}\p{Z}\p{Bidi_Control}\u00ad\u200b\u2060\ufeff\ufffd]/u

/** More characters that IDNA silently drops, or that are invisible in a host. In a path they may be parts of an emoji. */
const INVISIBLE_IN_HOST = /\p{Default_Ignorable_Code_Point}/u

/** Scheme, two slashes and authority: `new URL` is too lenient about these. */
const URL_START = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)(\\?)/i

/** Checks a URL as a person wrote it and normalises it (WHATWG). Removes the fragment, keeps the credentials. */
export function parseUrl(text: string): UrlParseResult {
  if (text.length > MAX_URL_LENGTH) return tooLong(text.length)
  const invisible = INVISIBLE.exec(text)
  if (invisible !== null) return { why: `it contains ${describeCharacter(invisible[0])}` }
  const [, scheme, authority, backslash] = URL_START.exec(text) ?? []
  if (scheme === undefined || authority === undefined) return { why: describeMissingScheme(text) }
  const ignored = INVISIBLE_IN_HOST.exec(authority)
  if (ignored !== null) return { why: `it contains ${describeCharacter(ignored[0])}` }
  const name = scheme.toLowerCase()
  const known = schemeNamed(name)
  if (known === undefined) return { why: unknownScheme(scheme) }
  if (backslash !== '') return { why: 'it has a backslash in place of a slash' }
  const written = checkAuthority(authority)
  if (written !== null) return { why: written }
  if (known.shape !== 'web') {
    const rest = text.slice(scheme.length + 3 + authority.length).replace(/#.*$/s, '')
    return parseHostUrl(name, known, { authority, rest })
  }
  const parsed = URL.parse(text)
  if (parsed === null) return { why: 'its host is not a valid name or address' }
  const host = checkHost(parsed.hostname)
  if (host !== null) return { why: host }
  if (parsed.href.includes('#')) parsed.hash = ''
  const { href } = parsed
  return href.length > MAX_URL_LENGTH ? tooLong(href.length) : { url: href as Url }
}

/** Checks a URL that something is read from, such as a list: only http and https will do. */
export function parseHttpUrl(text: string): UrlParseResult {
  const parsed = parseUrl(text)
  if ('why' in parsed || /^https?:/.test(parsed.url)) return parsed
  return { why: `only http and https are possible here, not ${quote(parsed.url.replace(/:.*$/s, ''))}` }
}

function tooLong(length: number): UrlParseResult {
  return { why: `it is ${length} characters long; the limit is ${MAX_URL_LENGTH}` }
}

function describeCharacter(character: string): string {
  if (character === ' ') return 'a space'
  if (character === '\u0000') return 'a NUL character'
  if (character === '\ufffd') return 'bytes that are not UTF-8'
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
  return `an invisible character (U+${code})`
}
