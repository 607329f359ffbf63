import { failure } from '../../attempt/failure.ts'
import type { Failure } from '../../attempt/failure.ts'
import type { HttpResponse } from '../exchange.ts'
import { UNEXPECTED_UPGRADE } from '../response-failures.ts'
import type { Field } from './hpack.ts'
import { regularFields, responseHead } from './response-head.ts'

/** The response that begins with these header fields; null: an informational one (1xx). `ended`: nothing follows on the stream. */
export function responseOf(
  fields: readonly Field[],
  ended: boolean,
  keepsFields: boolean,
): HttpResponse | Failure | null {
  const head = responseHead(fields)
  if (typeof head === 'string') return failure('protocol', head)
  const { status, location, retryAfter } = head
  if (status === 101) return UNEXPECTED_UPGRADE
  if (status < 200)
    return ended ? failure('protocol', 'the stream ended before the head of the answer') : null
  return {
    status,
    statusText: '',
    httpVersion: '2',
    location,
    retryAfter,
    fields: keepsFields ? regularFields(fields) : null,
    body: null,
  }
}
