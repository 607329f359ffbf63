import type { Url } from '../resource/resource.ts'
import { checkAuthority, checkHost } from './host.ts'
import { quote } from '../settings/quote.ts'

/** The longest URL that is polled, in characters, as written and as normalised: servers refuse longer request lines. */
export const MAX_URL_LENGTH = 8 * 1024

/** A checked URL, or why the text can't be polled: a clause for a person, escaped, without credentials. */
export type UrlParseResult = { readonly url: Url } | { readonly why: string }

/**
 * What `new URL` would drop (tabs and line breaks), what IDNA would drop from a host without a word (soft hyphen, zero-width
 * space), and what nobody can see: C0, C1, every kind of space, bidi controls. U+FFFD stands for bytes that were not UTF-8.
 */
const INVISIBLE = /[\p{Cc}\p{Z}\p{Bidi_Control}\u00ad\u200b\u2060\ufeff\ufffd]/u

/** What IDNA drops from a host without a word, or nobody can see in one; in a path, it may be a part of an emoji. */
const INVISIBLE_IN_HOST = /\p{Default_Ignorable_Code_Point}/u

/** Scheme, two slashes, and the authority, up to which nothing is left to the leniency of `new URL`. */
const URL_START = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)(\\?)/i

/** Checks and normalises (WHATWG) one URL as a person wrote it; its fragment goes, its credentials stay. */
export function parseUrl(text: string): UrlParseResult {
  if (text.length > MAX_URL_LENGTH) return tooLong(text.length)
  const invisible = INVISIBLE.exec(text)
  if (invisible !== null) return { why: `it holds ${describeCharacter(invisible[0])}` }
  const [, scheme, authority, backslash] = URL_START.exec(text) ?? []
  if (scheme === undefined || authority === undefined) return { why: describeMissingScheme(text) }
  const ignored = INVISIBLE_IN_HOST.exec(authority)
  if (ignored !== null) return { why: `it holds ${describeCharacter(ignored[0])}` }
  if (!isSupportedScheme(scheme)) return { why: `only http and https are polled, not ${quote(scheme)}` }
  if (backslash !== '') return { why: 'it holds a backslash where a slash belongs' }
  const written = checkAuthority(authority)
  if (written !== null) return { why: written }
  const parsed = URL.parse(text)
  if (parsed === null) return { why: 'its host is not a valid name or address' }
  const host = checkHost(parsed.hostname)
  if (host !== null) return { why: host }
  if (parsed.href.includes('#')) parsed.hash = ''
  const { href } = parsed
  return href.length > MAX_URL_LENGTH ? tooLong(href.length) : { url: href as Url }
}

function isSupportedScheme(scheme: string): boolean {
  return /^https?$/i.test(scheme)
}

function tooLong(length: number): UrlParseResult {
  return { why: `it is ${length} characters long, ${MAX_URL_LENGTH} are the most` }
}

function describeCharacter(character: string): string {
  if (character === ' ') return 'a space'
  if (character === '\u0000') return 'a NUL'
  if (character === '\ufffd') return 'bytes that are not UTF-8'
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
  return `a character that can't be seen (U+${code})`
}

/** The usual slips: `example.com`, `localhost:8080/x`, `//example.com`, `http:example.com`, `mailto:a@b.example`. */
function describeMissingScheme(text: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):(?!\d)/i.exec(text)?.[1]
  if (scheme !== undefined && !isSupportedScheme(scheme))
    return `only http and https are polled, not ${quote(scheme)}`
  const rest = scheme === undefined ? text : text.slice(scheme.length + 1)
  const meant = `${scheme?.toLowerCase() ?? 'https'}://${rest.replace(/^\/+/, '')}`
  // What comes before an @ may be a password.
  if (text.includes('@') || !URL.canParse(meant)) return 'a URL begins with https:// or http://'
  return `a URL begins with https:// or http://: was ${quote(meant)} meant?`
}
