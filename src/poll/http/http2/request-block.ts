import { isFailure } from '../../attempt/failure.ts'
import type { Failure } from '../../attempt/failure.ts'
import { rememberShared, VALID_HEADER_VALUE } from '../request-headers.ts'
import { VALID_PATH } from '../request.ts'
import type { Request } from '../request.ts'
import { INVALID_HEADER, INVALID_PATH } from '../response-failures.ts'
import { encodedText } from './hpack.ts'
import type { Field } from './hpack.ts'

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/** Headers of an HTTP/1 connection, which HTTP/2 forbids (RFC 9113, section 8.2.2). curl leaves them out too. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
])

/** The headers of requests, encoded. */
interface EncodedHeaders {
  /** A header `host` replaces that of the URL; null: there is none. */
  readonly host: string | null
  readonly fields: string
}

const encodedHeaders = rememberShared((headers): EncodedHeaders | Failure => {
  let host: string | null = null
  const fields: Field[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    const value = headers[at + 1] as string
    if (!NAME.test(name) || !VALID_HEADER_VALUE.test(value)) return INVALID_HEADER
    if (name === 'host') host = value
    else if (!CONNECTION_HEADERS.has(name)) fields.push([name, value])
  }
  return { host, fields: encodedText(fields) }
})

/** The encoded header fields of a request. A custom `host` header becomes the authority. Failure: `local`. */
export function requestBlock({ method, path, headers }: Request, origin: string): Buffer | Failure {
  if (!VALID_PATH.test(path)) return INVALID_PATH
  const encoded = encodedHeaders(headers)
  if (isFailure(encoded)) return encoded
  const [scheme = '', authority = ''] = origin.split('://')
  const own = encodedText([
    [':method', method],
    [':scheme', scheme],
    [':authority', encoded.host ?? authority],
    [':path', path],
  ])
  return Buffer.from(own + encoded.fields, 'latin1')
}
