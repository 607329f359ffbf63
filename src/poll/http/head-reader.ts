import { isUtf8 } from 'node:buffer'
import { failure, isFailure } from '../attempt/attempt.ts'
import type { Failure } from '../attempt/attempt.ts'
import { DONE, IS_HTTP, NEXT_STATE, LENIENT, REJECTED, SELF_LOOPS } from './head-states.ts'

/** The head of an answer may have this many bytes, as in Chrome; the informational answers before it together as many again. */
export const MAX_HEAD_BYTES = 262_144

/** What the head of an answer says, as far as it matters here. */
export interface Head {
  readonly status: number
  readonly phrase: string
  /** `1.0` or `1.1`. */
  readonly version: string
  readonly location: string | null
  readonly retryAfter: string | null
  /** How long the body is that GET brings, in bytes; or how its end is told. */
  readonly body: number | 'chunked' | 'until-close'
  /** The server means to keep the connection, and the head leaves no doubt about where the answer ends. */
  readonly keepsAlive: boolean
  /** For so long, in seconds; null when it does not say. */
  readonly keepAliveSeconds: number | null
}

/** A head that comes in pieces is made one text after each so many bytes. */
const FLATTEN_EVERY = 4_096

const NOT_HTTP = 'what came back is not HTTP'
const MALFORMED = 'a malformed head'
const TOO_LARGE = failure('overflow', 'the head of the answer is too large')

/** The headers that matter here, in a head that is known to be well-formed. */
const RELEVANT_HEADERS =
  /\r\n(location|retry-after|connection|keep-alive|content-length|transfer-encoding):[\t ]*([^\r]*)/gi

/** A line that goes on in the next one. */
const FOLD = /\r?\n[\t ]+/g

const LINE_END = /\r?\n/g

/**
 * Reads heads of answers of HTTP/1, as they come in pieces. Takes what both curl and Go's net/http take, and refuses what
 * both refuse: test/compare holds it against them. Informational answers (RFC 9110 section 15.2) are passed over.
 */
export class HeadReader {
  #state = 0
  #text = ''
  /** So many bytes had the informational answers so far. */
  #informationalBytes = 0
  /** So much of the text is one piece. */
  #flattened = 0
  #lenient = false

  /**
   * Takes what came next. Gives the head and how many bytes of the chunk come after it, null when more is needed, or a
   * Failure: `protocol`, or `overflow` for more than MAX_HEAD_BYTES bytes of a head or of informational answers.
   */
  read(chunk: Buffer): { readonly head: Head; readonly rest: number } | Failure | null {
    for (let from = 0; from < chunk.length;) {
      const max = Math.min(chunk.length, from + MAX_HEAD_BYTES - this.#text.length)
      const end = this.#scan(chunk, from, max)
      if (end < 0) return failure('protocol', this.#state < IS_HTTP ? NOT_HTTP : MALFORMED)
      this.#text += chunk.toString('latin1', from, end)
      if (this.#state !== DONE) {
        if (max < chunk.length) return TOO_LARGE
        this.#flatten()
        return null
      }
      const head = parseHead(this.#text, this.#lenient)
      const size = this.#text.length
      this.#state = 0
      this.#text = ''
      this.#flattened = 0
      if (isFailure(head)) return head
      if (head.status >= 200) {
        this.#lenient = false
        this.#informationalBytes = 0
        return { head, rest: chunk.length - end }
      }
      if (head.status === 101) return failure('protocol', 'an upgrade that was not asked for')
      this.#informationalBytes += size
      if (this.#informationalBytes > MAX_HEAD_BYTES) return TOO_LARGE
      from = end
    }
    return null
  }

  /** A text that grows by single bytes is a chain of as many strings, thirty times as large, until it is copied. */
  #flatten(): void {
    if (this.#text.length - this.#flattened < FLATTEN_EVERY) return
    this.#text = Buffer.from(this.#text, 'latin1').toString('latin1')
    this.#flattened = this.#text.length
  }

  /** Gives where it stopped: after the end of the head, and then it is DONE, or at `to`; -1 when it can't be HTTP. */
  #scan(chunk: Buffer, from: number, to: number): number {
    let state = this.#state
    for (let at = from; at < to; at++) {
      const byte = chunk[at] as number
      if (((SELF_LOOPS[byte] as number) >> state) & 1) continue
      const next = NEXT_STATE[state * 256 + byte] as number
      if (next < DONE) {
        state = next
        continue
      }
      if (next === REJECTED) {
        this.#state = state
        return -1
      }
      if (next >= LENIENT) this.#lenient = true
      state = next & (LENIENT - 1)
      if (state === DONE) {
        this.#state = DONE
        return at + 1
      }
    }
    this.#state = state
    return to
  }
}

/** `odd`: it takes leniency to read it. */
function parseHead(text: string, lenient: boolean): Head | Failure {
  const status = Number(text.slice(9, 12))
  // What else is taken is HTTP/1.1 too, whatever it calls itself.
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
        if (!isLength(value)) return failure('protocol', 'its length makes no sense')
        if (length !== null && length !== value) return failure('protocol', 'two lengths')
        lenient ||= length !== null
        length = value
        break
      default:
        // HTTP/1.0 does not know it.
        if (version === '1.0') lenient = true
        else if (coding !== null || value.toLowerCase() !== 'chunked')
          return failure('protocol', 'a transfer coding that nobody asked for')
        else coding = value
    }
  }
  lenient ||= coding !== null && length !== null
  return {
    status,
    version,
    phrase: decodePhrase(trimEnd(text.slice(13, text.indexOf('\n')))),
    location,
    retryAfter,
    body: bodyOf(status, coding !== null, length),
    keepsAlive: !lenient && !CLOSE.test(connection) && (version === '1.1' || KEEP_ALIVE.test(connection)),
    keepAliveSeconds: keepAlive === '' ? null : seconds(keepAlive),
  }
}

function bodyOf(status: number, chunked: boolean, length: string | null): Head['body'] {
  if (status === 204 || status === 304) return 0
  if (chunked) return 'chunked'
  return length === null ? 'until-close' : Number(length)
}

const CLOSE = /(?:^|[\t ,])close(?:$|[\t ,])/i
const KEEP_ALIVE = /(?:^|[\t ,])keep-alive(?:$|[\t ,])/i

function seconds(keepAlive: string): number | null {
  const text = /(?:^|,)[\t ]*timeout=(\d+)/i.exec(keepAlive)?.[1]
  return text === undefined ? null : Number(text)
}

/** Up to 19 digits, after zeros. Not in one expression: with many zeros that would take long. */
function isLength(value: string): boolean {
  return /^\d{1,19}$/.test(value) || (/^0\d+$/.test(value) && value.replace(/^0+/, '').length <= 19)
}

/**
 * Without what is at its end of spaces, tabs and CRs. A loop: an expression would take minutes for a value of blanks, and
 * String.trimEnd a no-break space too, and with it half of an à.
 */
export function trimEnd(value: string): string {
  let end = value.length
  while (end > 0 && isBlank(value.charCodeAt(end - 1))) end--
  return end === value.length ? value : value.slice(0, end)
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || code === CR
}

const TAB = 9
const CR = 13
const SPACE = 32

/** The phrase as UTF-8 where that is what its bytes are, else as Latin-1. */
function decodePhrase(latin1: string): string {
  // oxlint-disable-next-line no-control-regex
  if (!/[^\x00-\x7f]/.test(latin1)) return latin1
  const bytes = Buffer.from(latin1, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1
}
