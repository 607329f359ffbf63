/** A token (RFC 9110, section 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]{1,40}$/

/** The methods that curl, browsers and servers know. */
const COMMON = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'])

/** Methods whose requests can be sent twice and do no more than when sent once (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set([
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'REPORT',
  'SEARCH',
])

/** Parses the method of a request. Throws a RangeError that does not quote it. */
export function parseMethod(text: string): string {
  if (!TOKEN.test(text)) throw new RangeError('not a method such as GET or POST')
  const upper = text.toUpperCase()
  if (upper === 'CONNECT') throw new RangeError('CONNECT is for proxies; use another method, such as GET')
  if (text !== upper && COMMON.has(upper))
    throw new RangeError(`methods are written in capitals: did you mean ${upper}?`)
  return text
}

/** Whether a request with this method can be sent a second time when nobody knows what became of the first. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method)
}
