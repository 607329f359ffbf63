import { basicAuthorization } from '../../settings/basic-authorization.ts'
import type { BodyHead, BodyReader } from './body-reader.ts'
import type { Method } from '../../state/state.ts'

/** Matches a path that can be sent over HTTP/1 and HTTP/2, or a URL for a proxy. */
export const VALID_PATH = /^(?:http:\/)?\/[!-\xff]*$/

/** Matches a header value that can be sent over HTTP/1 and HTTP/2. */
export const VALID_HEADER_VALUE = /^[\t -~\x80-\xff]*$/

/** One request. `headers` holds names (in lower case) and values alternately. */
export interface Request {
  readonly method: Method
  readonly path: string
  readonly headers: string[]
  /** Whether the response shall have its header fields. */
  readonly keepsFields?: boolean
  /** Undefined: no body. Not kept for another request on the same connection. */
  readonly body?: Buffer
  /** Makes the reader of the body of a response; null for none. Without it no body is read. */
  readonly openBody?: ((head: BodyHead) => BodyReader | null) | null
}

/** Headers of every request. */
export interface HeaderOptions {
  /** Sent to the URL's own origin only. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly userAgent: string
}

/**
 * Builds the request for `hop`: the polled URL, or one that it redirects to. Credentials in the URL become Basic
 * authorization. The credentials of the polled URL and the custom headers are sent to its own origin only.
 */
export function requestFor(
  method: Method,
  hop: URL,
  polledUrl: URL,
  options: HeaderOptions,
  keepsFields = false,
  openBody: Request['openBody'] = null,
): Request {
  const headers = ['accept', '*/*', 'user-agent', options.userAgent]
  const isSameOrigin = hop === polledUrl || hop.origin === polledUrl.origin
  const login = hop.username !== '' || hop.password !== '' ? hop : isSameOrigin ? polledUrl : null
  if (login !== null && (login.username !== '' || login.password !== '')) {
    headers.push('authorization', basic(login))
  }
  if (isSameOrigin) for (const [name, value] of options.headers) addCustom(headers, name.toLowerCase(), value)
  return { method, path: pathOf(hop), headers, keepsFields, openBody }
}

/** Path and query. An empty query is one too (RFC 3986, section 5.2.2), though `search` does not show it. */
function pathOf({ pathname, search, href }: URL): string {
  // Looked at closely only where it may be: most have neither.
  if (search !== '' || !href.includes('?')) return pathname + search
  return href.replace(/#.*/s, '').endsWith('?') ? `${pathname}?` : pathname
}

/** Adds a custom header. It replaces a default one of the same name, but not another custom one. */
function addCustom(headers: string[], name: string, value: string): void {
  for (const defaultName of ['accept', 'user-agent', 'authorization']) {
    const at = name === defaultName ? headers.indexOf(defaultName) : -1
    if (at !== -1) headers.splice(at, 2)
  }
  headers.push(name, value)
}

function basic(url: URL): string {
  return basicAuthorization(`${percentDecoded(url.username)}:${percentDecoded(url.password)}`)
}

/** Decodes percent-encoding. A `%` without two hex digits is kept. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  )
}
