import type { Url } from '../resource/resource.ts'
import { parseDnsQuestion } from './dns-url.ts'
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
 * Checks and normalises a URL of a host and a port, such as `tcp://a.example:25`, and perhaps a question to the DNS or a service. The WHATWG
 * URL standard does not look into hosts of schemes that it does not know, so the host is read as that of an http URL. The authority has been checked.
 */
export function parseHostUrl(
  name: string,
  { defaultPort, form, shape }: Scheme,
  { authority, rest }: WrittenParts,
): UrlParseResult {
  if (authority.includes('@')) return { why: `${name}:// has no credentials: write ${form}` }
  const question =
    shape === 'question'
      ? parseQuestion(rest, form)
      : shape === 'service'
        ? parseService(rest, form)
        : { text: '' }
  if ('why' in question) return question
  if (shape === 'host' && rest !== '' && rest !== '/') return { why: `${name}:// has no path: write ${form}` }
  const [, host = '', written = ''] = /^(.*?)(?::(\d*))?$/.exec(authority) ?? []
  const parsed = URL.parse(`http://${host}/`)
  if (parsed === null) return { why: 'its host is not a valid name or address' }
  const why = checkHost(parsed.hostname)
  if (why !== null) return { why }
  const port = written === '' ? defaultPort : Number(written)
  if (port === null) return { why: `it has no port: write ${form}` }
  return {
    url: `${name}://${parsed.hostname}${port === defaultPort ? '' : `:${port}`}${question.text}` as Url,
  }
}

/** The name of a service as a path, normalised, or what is wrong with it. */
function parseService(rest: string, form: string): { readonly text: string } | { readonly why: string } {
  if (rest.includes('?')) return { why: `only a service can follow its host and port: write ${form}` }
  const path = URL.parse(`grpc://a${rest}`)?.pathname ?? ''
  try {
    decodeURIComponent(path)
  } catch {
    return { why: 'it contains a % that does not encode a character' }
  }
  return { text: path === '/' ? '' : path }
}

/** The path and the query of a URL for the DNS, normalised, or what is wrong with them. */
function parseQuestion(rest: string, form: string): { readonly text: string } | { readonly why: string } {
  const parsed = URL.parse(`dns://a${rest}`)
  if (parsed === null || (parsed.pathname.length < 2 && parsed.search === ''))
    return { why: `it has no name to ask for: write ${form}` }
  const { pathname, search } = parsed
  try {
    parseDnsQuestion(pathname, search)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { why: error.message }
  }
  return { text: (pathname === '' ? '/' : pathname) + search }
}
