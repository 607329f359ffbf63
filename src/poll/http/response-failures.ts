import { failure, localFailure, withDetail } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'

// Failures that are the same over HTTP/1 and HTTP/2.

/** The connection ended before the response head did. */
export const CLOSED = failure('closed')

/** The response head is over the limit. */
export const HEAD_TOO_LARGE = failure('overflow')

/** What arrived does not begin as a connection over HTTP/2 does. */
export const NOT_HTTP2 = failure('protocol', 'the answer is not HTTP/2')

/** The server switches protocols (status 101), which no request asks for. */
export const UNEXPECTED_UPGRADE = failure('protocol', 'unexpected protocol upgrade (101)')

/** The request can't be sent: its path holds a byte that is not allowed there. */
export const INVALID_PATH = localFailure('invalid-request', 'invalid byte in the request path')

/** The request can't be sent: a header holds a byte that is not allowed there. */
export const INVALID_HEADER = localFailure('invalid-request', 'invalid byte in the request headers')

/** The same failure, after the head of the response. */
export function inBody(why: Failure): Failure {
  return withDetail(why, `${why === CLOSED ? 'closed' : why.detail} in the body of the answer`)
}
