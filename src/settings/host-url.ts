import type { Url } from '../resource/resource.ts'
import type { Scheme } from './schemes.ts'
import { checkHost } from './host.ts'

/** A checked URL, or why the text is not one: a clause for a message, escaped, without credentials. */
export type UrlParseResult = { readonly url: Url } | { readonly why: string }

/** The parts of a URL as written, after its scheme: `host:port`, and what follows it. */
interface WrittenParts {
  readonly authority: string
  readonly rest: string
}

/**
 * Checks and normalises a URL of a host and a port, such as `tcp://a.example:25`. The WHATWG URL standard does not look into hosts of
 * schemes that it does not know, so the host is read as that of an http URL. The authority has been checked.
 */
export function parseHostUrl(
  name: string,
  { defaultPort, form }: Scheme,
  { authority, rest }: WrittenParts,
): UrlParseResult {
  if (authority.includes('@')) return { why: `${name}:// has no credentials: write ${form}` }
  if (rest !== '' && rest !== '/') return { why: `${name}:// has no path: write ${form}` }
  const [, host = '', written = ''] = /^(.*?)(?::(\d*))?$/.exec(authority) ?? []
  const parsed = URL.parse(`http://${host}/`)
  if (parsed === null) return { why: 'its host is not a valid name or address' }
  const why = checkHost(parsed.hostname)
  if (why !== null) return { why }
  const port = written === '' ? defaultPort : Number(written)
  if (port === null) return { why: `it has no port: write ${form}` }
  return { url: `${name}://${parsed.hostname}${port === defaultPort ? '' : `:${port}`}` as Url }
}
