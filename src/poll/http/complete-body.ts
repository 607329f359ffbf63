import type { Head } from './parse-head.ts'

const CR = 13
const LF = 10

/**
 * Whether the bytes that arrived with a head are exactly the body that the head announces, so that the connection can take
 * another request. Strict: a body that is not recognized only costs a new connection. Bodies are not read any further.
 */
export function isCompleteBody(body: Head['body'], bytes: Buffer): boolean {
  switch (body) {
    case 'until-close':
      return false
    case 'chunked':
      return isCompleteChunked(bytes)
    default:
      return bytes.length === body
  }
}

/** Accepts chunks (RFC 9112 section 7.1) without extensions and trailers. */
function isCompleteChunked(bytes: Buffer): boolean {
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at)
    const size = end === -1 ? '' : bytes.toString('latin1', at, end)
    if (!/^[\da-f]{1,8}$/i.test(size)) return false
    const next = end + 2 + Number.parseInt(size, 16)
    if (bytes[next] !== CR || bytes[next + 1] !== LF) return false
    at = next + 2
    if (next === end + 2) return at === bytes.length
  }
}
