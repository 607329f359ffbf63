/** Where a target leads, and the header Host of its first request. */
export interface HttpTarget {
  readonly url: URL
  /** As written, without a login. */
  readonly host: string
}

/** What Go's parser of URLs refuses, and the one of WHATWG drops or repairs. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i
const BAD_HOST = /[\s\\"<>^`{|}]/

/** Parses a target as the exporter does: one without http:// or https:// gets http://. Returns a text for a target that is no URL. */
export function parseHttpTarget(target: string): HttpTarget | string {
  const text = /^https?:\/\//.test(target) ? target : `http://${target}`
  if (CONTROL.test(text)) return 'invalid control character in URL'
  const [, authority = '', rest = ''] = /^[a-z]+:\/\/([^/?#]*)([^#]*)/s.exec(text) ?? []
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (BAD_HOST.test(host)) return 'invalid character in host name'
  if (BAD_ESCAPE.test(rest.replace(/\?.*$/s, ''))) return 'invalid URL escape'
  // Go leaves an empty host empty; its look-up fails.
  const url = URL.parse(host === '' ? 'http://invalid./' : text)
  if (url === null) return 'not a valid host or port'
  url.hash = ''
  return { url, host }
}
