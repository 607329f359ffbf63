import { failure } from '../../attempt/attempt.ts'
import type { Failure } from '../../attempt/attempt.ts'
import { VALID_PATH, VALID_HEADER_VALUE } from '../request.ts'
import type { Request } from '../request.ts'
import { encodeFields } from './hpack.ts'
import type { Field } from './hpack.ts'

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/** What HTTP/1 says of a connection has no place here (RFC 9113, section 8.2.2); curl leaves it out too. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
])

/** The header fields of a request, encoded. A custom `host` is the authority. */
export function requestBlock({ method, path, headers }: Request, origin: string): Buffer | Failure {
  if (!VALID_PATH.test(path)) return failure('local', 'a path that can not be sent')
  const [scheme = '', authority = ''] = origin.split('://')
  const fields: Field[] = []
  let host = authority
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    const value = headers[at + 1] as string
    if (!NAME.test(name) || !VALID_HEADER_VALUE.test(value))
      return failure('local', 'a header that can not be sent')
    if (name === 'host') host = value
    else if (!CONNECTION_HEADERS.has(name)) fields.push([name, value])
  }
  return encodeFields([
    [':method', method],
    [':scheme', scheme],
    [':authority', host],
    [':path', path],
    ...fields,
  ])
}
