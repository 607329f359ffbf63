import { isFailure } from '../../attempt/failure.ts'
import type { Failure } from '../../attempt/failure.ts'
import { checkedHeaders, rememberShared } from '../request-headers.ts'
import { VALID_PATH } from '../request.ts'
import type { Request } from '../request.ts'
import { INVALID_PATH } from '../response-failures.ts'
import { encodedText } from './hpack.ts'

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
  const checked = checkedHeaders(headers, NAME)
  if (isFailure(checked)) return checked
  const { host, others } = checked
  return { host, fields: encodedText(others.filter(([name]) => !CONNECTION_HEADERS.has(name))) }
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
