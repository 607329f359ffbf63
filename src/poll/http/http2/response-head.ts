import { trimEnd } from '../trim-end.ts'
import type { Field } from './hpack.ts'

/** The parts of a response head that a poll uses. */
export interface ResponseHead {
  readonly status: number
  readonly location: string | null
  readonly retryAfter: string | null
}

const STATUS = /^[1-9]\d\d$/
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const INVALID_VALUE = /[\0\r\n]/

/** Reads a response head from its header fields. A string is the text of a protocol error (RFC 9113, sections 8.2.1 and 8.3.2). */
export function responseHead(fields: readonly Field[]): ResponseHead | string {
  let status = ''
  let isRegular = false
  let location: string | null = null
  let retryAfter: string | null = null
  for (const [name, value] of fields) {
    if (name.startsWith(':')) {
      if (isRegular || name !== ':status' || status !== '') return 'unexpected pseudo-header field'
      status = value
      if (!STATUS.test(status)) return 'the status is not three digits'
      continue
    }
    isRegular = true
    if (!NAME.test(name)) return 'malformed header field name'
    if (INVALID_VALUE.test(value)) return 'malformed header field value'
    if (name === 'location') location ??= value
    else if (name === 'retry-after') retryAfter ??= value
  }
  if (status === '') return 'the head of the answer has no status'
  return { status: Number(status), location, retryAfter }
}

/** The fields without pseudo-header fields, as in HTTP/1. */
export function regularFields(fields: readonly Field[]): Field[] {
  return fields
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name, trimEnd(value.replace(/^[\t ]+/, ''))])
}
