import { decodeText } from '../attempt/decode-text.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { HttpResponse } from './exchange.ts'
import { trimEnd } from './trim-end.ts'

/** The parts of an HTTP/1 response head that headcount uses. */
export interface Head {
  readonly status: number
  readonly phrase: string
  /** `1.0` or `1.1`. */
  readonly version: string
  readonly location: string | null
  readonly retryAfter: string | null
  /** Length in bytes of the body of a response to GET, or how its end is marked. */
  readonly body: number | 'chunked' | 'until-close'
  /** The server keeps the connection open, and the head leaves no doubt about where the response ends. */
  readonly keepsAlive: boolean
  /** `timeout` of the Keep-Alive header, in seconds; null without one. */
  readonly keepAliveSeconds: number | null
  /** All header fields, if they are asked for. */
  readonly fields: HttpResponse['fields']
}

/** Matches the headers that headcount uses, in a head that HeadReader has found well-formed. */
const RELEVANT_HEADERS =
  /\r\n(location|retry-after|connection|keep-alive|content-length|transfer-encoding):[\t ]*([^\r]*)/gi

/** Matches all headers. */
const FIELDS = /\r\n([^\s:]+) *:[\t ]*([^\r]*)/g

/** A header value that continues on the next line (obs-fold, RFC 9112 section 5.2). */
const FOLD = /\r?\n[\t ]+/g

const LINE_END = /\r?\n/g

/**
 * Parses a complete head. `lenient`: it contains something that the standard forbids and clients accept all the same; its
 * connection is not used again. `keepsFields`: the head has its header fields. Failure: `protocol`.
 */
export function parseHead(text: string, lenient: boolean, keepsFields: boolean): Head | Failure {
  const status = Number(text.slice(9, 12))
  // Whatever other version the status line names, the response is treated as HTTP/1.1.
  const version = text.startsWith('HTTP/1.0') ? '1.0' : '1.1'
  let location: string | null = null
  let retryAfter: string | null = null
  let connection = ''
  let keepAlive = ''
  let length: string | null = null
  let coding: string | null = null
  const lines = lenient ? text.replace(FOLD, ' ').replace(LINE_END, '\r\n') : text
  RELEVANT_HEADERS.lastIndex = 0
  for (let field = RELEVANT_HEADERS.exec(lines); field !== null; field = RELEVANT_HEADERS.exec(lines)) {
    const value = trimEnd(field[2] as string)
    switch ((field[1] as string).toLowerCase()) {
      case 'location':
        location ??= value
        break
      case 'retry-after':
        retryAfter ??= value
        break
      case 'connection':
        connection += `${value},`
        break
      case 'keep-alive':
        keepAlive += `${value},`
        break
      case 'content-length':
        if (!isLength(value)) return failure('protocol', 'invalid Content-Length')
        if (length !== null && length !== value)
          return failure('protocol', 'conflicting Content-Length headers')
        lenient ||= length !== null
        length = value
        break
      default:
        // HTTP/1.0 has no Transfer-Encoding.
        if (version === '1.0') lenient = true
        else if (coding !== null || value.toLowerCase() !== 'chunked')
          return failure('protocol', 'unsupported Transfer-Encoding')
        else coding = value
    }
  }
  lenient ||= coding !== null && length !== null
  return {
    status,
    version,
    phrase: decodeText(trimEnd(text.slice(13, text.indexOf('\n')))),
    location,
    retryAfter,
    body: bodyOf(status, coding !== null, length),
    keepsAlive: !lenient && !CLOSE.test(connection) && (version === '1.1' || KEEP_ALIVE.test(connection)),
    keepAliveSeconds: keepAlive === '' ? null : timeoutSeconds(keepAlive),
    fields: keepsFields ? fieldsOf(lines) : null,
  }
}

/** All header fields of a head whose lines end in CRLF. */
function fieldsOf(lines: string): NonNullable<Head['fields']> {
  return Array.from(lines.matchAll(FIELDS), ([, name = '', value = '']) => [
    name.toLowerCase(),
    trimEnd(value),
  ])
}

function bodyOf(status: number, chunked: boolean, length: string | null): Head['body'] {
  if (status === 204 || status === 304) return 0
  if (chunked) return 'chunked'
  return length === null ? 'until-close' : Number(length)
}

const CLOSE = /(?:^|[\t ,])close(?:$|[\t ,])/i
const KEEP_ALIVE = /(?:^|[\t ,])keep-alive(?:$|[\t ,])/i

function timeoutSeconds(keepAlive: string): number | null {
  const text = /(?:^|,)[\t ]*timeout=(\d+)/i.exec(keepAlive)?.[1]
  return text === undefined ? null : Number(text)
}

/** The greatest length: clients count in 64 bits with a sign. */
const MAX_LENGTH = '9223372036854775807'

function isLength(value: string): boolean {
  if (!/^\d+$/.test(value)) return false
  const { length } = value
  if (length < MAX_LENGTH.length) return true
  const digits = value.replace(/^0+/, '')
  return digits.length < MAX_LENGTH.length || (digits.length === MAX_LENGTH.length && digits <= MAX_LENGTH)
}
