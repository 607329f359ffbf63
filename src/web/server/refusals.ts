import type { IncomingMessage } from 'node:http'
import { isLoopbackAddress } from '../../settings/listen-address.ts'

/** The host of a `Host` header, in lower case, without port and brackets; '' if it is malformed. */
function hostOf(header: string): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header)
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase()
}

/** What a `Host` may be written with: a name or an address in brackets, and a port (RFC 3986, section 3.2). */
const HOST = /^(?:\[[\w:.%~-]*\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/

/** The host that a request is for, as written: that of its target, if that is a whole URL, otherwise that of its `Host`. */
function writtenHost({ headers, url }: Pick<IncomingMessage, 'headers' | 'url'>): string {
  return /^https?:\/\/([^/?#]*)/i.exec(url ?? '')?.[1] ?? headers.host ?? ''
}

/** Why a request is a bad one for its version or its `Host` (RFC 9112, section 3.2); null if it is not. Node refuses those without a Host. */
export function requestFault({
  headers,
  rawHeaders,
  httpVersionMajor,
}: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'httpVersionMajor'>): string | null {
  // Node takes a line without a version for HTTP/0.9.
  if (httpVersionMajor !== 1) return 'the version of this request is not HTTP/1'
  let count = 0
  for (let n = 0; n < rawHeaders.length; n += 2) if (rawHeaders[n]?.toLowerCase() === 'host') count++
  if (count > 1) return 'a request has only one Host'
  return HOST.test(headers.host ?? '') ? null : 'the Host of this request is not a host'
}

/**
 * Whether a request that came over loopback was meant for it. A page of another site can make a browser connect to loopback under
 * the site's name (DNS rebinding), and would then read the answers.
 */
export function hasLoopbackHost(request: Pick<IncomingMessage, 'headers' | 'url'>): boolean {
  return isLoopbackAddress(hostOf(writtenHost(request)))
}

/** Whether a request has a body, of any length. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

/**
 * Why a request may not change anything; null if it may: this machine may, and whoever `isAuthenticated`, but no page of another site,
 * for which a browser would send the password.
 */
export function refuseChange(
  request: Pick<IncomingMessage, 'headers' | 'socket' | 'url'>,
  isAuthenticated: boolean,
): string | null {
  const { headers, socket } = request
  const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => name in headers)
  const isLocal = isLoopbackAddress(from) && !isForwarded && hasLoopbackHost(request)
  if (!isLocal && !isAuthenticated) return 'only requests from this machine, or with a password, may do that'
  return refuseOthers(request)
}

/** Why a request may not have something done that a page of another site could want; null if it may. */
export function refuseOthers({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  return isOwnPage(headers) ? null : 'a page of another site may not do that'
}

/**
 * Whether a request was made by a page of this server, or by none. What the browser says of that counts most, which no page can change: a proxy
 * may send another Host than the one that the browser asked for, whose name the Origin has.
 */
function isOwnPage({ origin, host, ...headers }: IncomingMessage['headers']): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host
}
