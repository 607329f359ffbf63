import type { Field } from './hpack.ts'

/** What a poll wants to know of the fields of an answer. */
export interface ResponseHead {
  readonly status: number
  readonly location: string | null
  readonly retryAfter: string | null
}

const STATUS = /^[1-9]\d\d$/
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const INVALID_VALUE = /[\0\r\n]/

/** The head that these fields make, or why they make none (RFC 9113, sections 8.2.1 and 8.3.2). */
export function responseHead(fields: readonly Field[]): ResponseHead | string {
  let status = ''
  let isRegular = false
  let location: string | null = null
  let retryAfter: string | null = null
  for (const [name, value] of fields) {
    if (name.startsWith(':')) {
      if (isRegular || name !== ':status' || status !== '') return 'pseudo-header fields that do not belong'
      status = value
      if (!STATUS.test(status)) return 'a status that is not three digits'
      continue
    }
    isRegular = true
    if (!NAME.test(name)) return 'the name of a header field is malformed'
    if (INVALID_VALUE.test(value)) return 'the value of a header field is malformed'
    if (name === 'location') location ??= value
    else if (name === 'retry-after') retryAfter ??= value
  }
  if (status === '') return 'a head without a status'
  return { status: Number(status), location, retryAfter }
}
