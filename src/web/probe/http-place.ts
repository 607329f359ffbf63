import { hostPort } from '../../poll/attempt/host-port.ts'
import { asAscii } from '../../poll/http/redirects.ts'

/** What a request of a probe goes to. */
export interface Place {
  readonly url: URL
  /** The address of the target; null for a redirect to another host, which is looked up when it is connected to. */
  readonly address: string | null
  /** The header Host. */
  readonly host: string
  readonly serverName: string
}

/** The URL as the exporter asks for it, with the address for the host: cookies are kept by it. */
export function askedUrl({ url, address }: Place): URL {
  const asked = new URL(url)
  if (address !== null) asked.hostname = hostPort(address, null)
  return asked
}

/** Where a redirect leads; null if it leads to no URL. A relative one stays with the address and the header Host. */
export function nextPlace(from: Place, location: string): Place | null {
  const url = URL.parse(asAscii(location), from.url)
  if (url === null) return null
  url.hash = ''
  if (url.origin === from.url.origin && isRelative(location, from.url)) return { ...from, url }
  const isSame = url.host === `${from.address ?? ''}${from.url.port === '' ? '' : `:${from.url.port}`}`
  return {
    url,
    address: null,
    host: url.host,
    serverName: isSame ? from.serverName : url.hostname,
  }
}

/** Whether a Location names no host, as browsers read it: with `\\` for `//`, and without tabs. */
function isRelative(location: string, { protocol }: URL): boolean {
  return URL.parse(asAscii(location), `${protocol}//${ELSEWHERE}/`)?.host === ELSEWHERE
}

const ELSEWHERE = 'relative.invalid'

/** The header Referer of a request that a redirect led to; null for none: no request in the clear says where it was over TLS. */
export function refererOf(from: Place, to: Place): string | null {
  if (from.url.protocol === 'https:' && to.url.protocol !== 'https:') return null
  const referer = askedUrl(from)
  referer.username = ''
  referer.password = ''
  return referer.href
}
