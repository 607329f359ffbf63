import type { Failure } from '../attempt/failure.ts'
import { VALID_HEADER_VALUE, VALID_PATH } from './request.ts'
import type { Request } from './request.ts'
import { INVALID_HEADER, INVALID_PATH } from './response-failures.ts'

const NAME = /^[\w!#$%&'*+.^`|~-]+$/

/**
 * The text of an HTTP/1.1 request, as Latin-1. A custom `host` header replaces `host`. URLs and options were checked when
 * they were read; the checks here make sure that no request can be split by a line break. Failure: `local`.
 */
export function serializeRequest(
  { method, path, headers }: Request,
  host: string,
  keepAlive: boolean,
): string | Failure {
  if (!VALID_PATH.test(path)) return INVALID_PATH
  let lines = `connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n`
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    const value = headers[at + 1] as string
    if (!NAME.test(name) || !VALID_HEADER_VALUE.test(value)) return INVALID_HEADER
    if (name === 'host') host = value
    else lines += `${name}: ${value}\r\n`
  }
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines}\r\n`
}
