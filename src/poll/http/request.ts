import { basicAuthorization } from '../../settings/basic-authorization.ts'
import type { BodyHead, BodyReader } from './body-reader.ts'
import type { Method } from '../../state/state.ts'
import { withAuthorization } from './request-headers.ts'
import type { HeaderList, RequestHeaders } from './request-headers.ts'

/** Matches a path that can be sent over HTTP/1 and HTTP/2, or a URL for a proxy. */
export const VALID_PATH = /^(?:http:\/)?\/[!-\xff]*$/

/** One request. */
export interface Request {
  readonly method: Method
  readonly path: string
  readonly headers: HeaderList
  /** Whether the response shall have its header fields. */
  readonly keepsFields?: boolean
  /** Undefined: no body. Not kept for another request on the same connection. */
  readonly body?: Buffer
  /** Makes the reader of the body of a response; null for none. Without it no body is read. */
  readonly openBody?: ((head: BodyHead) => BodyReader | null) | null
}

/**
 * Builds the request for `hop`: the polled URL, or one that it redirects to. Credentials in the URL become Basic
 * authorization. The credentials of the polled URL and the custom headers are sent to its own origin only.
 */
export function requestFor(
  method: Method,
  hop: URL,
  polledUrl: URL,
  { home, away }: RequestHeaders,
  keepsFields = false,
  openBody: Request['openBody'] = null,
): Request {
  const isSameOrigin = hop === polledUrl || hop.origin === polledUrl.origin
  const login = hop.username !== '' || hop.password !== '' ? hop : isSameOrigin ? polledUrl : null
  const plain = isSameOrigin ? home : away
  const headers =
    login !== null && (login.username !== '' || login.password !== '')
      ? withAuthorization(plain, basic(login))
      : plain
  return { method, path: pathOf(hop), headers, keepsFields, openBody }
}

/** Path and query. An empty query is one too (RFC 3986, section 5.2.2), though `search` does not show it. */
function pathOf({ pathname, search, href }: URL): string {
  // Looked at closely only where it may be: most have neither.
  if (search !== '' || !href.includes('?')) return pathname + search
  return href.replace(/#.*/s, '').endsWith('?') ? `${pathname}?` : pathname
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
