import { isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { endOfHead } from './request-headers.ts'
import { VALID_PATH } from './request.ts'
import type { Request } from './request.ts'
import { INVALID_PATH } from './response-failures.ts'

/**
 * The text of an HTTP/1.1 request, as Latin-1. A custom `host` header replaces `host`. URLs were checked when they were read; the check
 * here makes sure that no request can be split by a line break. Failure: `local`.
 */
export function serializeRequest(
  { method, path, headers }: Request,
  host: string,
  keepAlive: boolean,
): string | Failure {
  if (!VALID_PATH.test(path)) return INVALID_PATH
  const end = endOfHead(headers, host, keepAlive)
  return isFailure(end) ? end : `${method} ${path} HTTP/1.1\r\nhost: ${end}`
}
