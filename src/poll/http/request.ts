import type { Method } from '../../state/state.ts'

/** A path that can stand in a request, in HTTP/1 and HTTP/2 alike. */
export const VALID_PATH = /^\/[!-\xff]*$/

/** The value of a header that can be sent, in HTTP/1 and HTTP/2 alike. */
export const VALID_HEADER_VALUE = /^[\t -~\x80-\xff]*$/

/** One request: header names and values in turn. */
export interface Request {
  readonly method: Method
  readonly path: string
  readonly headers: string[]
}

/** Headers of every request. */
interface HeaderOptions {
  /** Sent to the URL's own origin only. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly userAgent: string
}

/**
 * The request for a hop. Credentials in the URL become Basic authorization; those of the polled URL, and the custom
 * headers, stay at its own origin.
 */
export function requestFor(method: Method, hop: URL, polledUrl: URL, options: HeaderOptions): Request {
  const headers = ['accept', '*/*', 'user-agent', options.userAgent]
  const isSameOrigin = hop === polledUrl || hop.origin === polledUrl.origin
  const login = hop.username !== '' || hop.password !== '' ? hop : isSameOrigin ? polledUrl : null
  if (login !== null && (login.username !== '' || login.password !== '')) {
    headers.push('authorization', basic(login))
  }
  if (isSameOrigin) for (const [name, value] of options.headers) replace(headers, name.toLowerCase(), value)
  return { method, path: hop.pathname + hop.search, headers }
}

/** A custom header takes the place of one of ours, and stands beside another custom one. */
function replace(headers: string[], name: string, value: string): void {
  for (const ours of ['accept', 'user-agent', 'authorization']) {
    const at = name === ours ? headers.indexOf(ours) : -1
    if (at !== -1) headers.splice(at, 2)
  }
  headers.push(name, value)
}

function basic(url: URL): string {
  return `Basic ${Buffer.from(`${percentDecoded(url.username)}:${percentDecoded(url.password)}`).toString('base64')}`
}

/** A `%` that encodes nothing stands for itself. */
function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  )
}
