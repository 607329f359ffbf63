import { failure } from './flight.ts'
import type { Failure } from './flight.ts'
import { MOST_HEAD } from './tap.ts'

/** What the head of an answer says, as far as it matters to who asked with HEAD. */
export interface Head {
  readonly status: number
  readonly phrase: string
  /** `1.0` or `1.1`. */
  readonly version: string
  readonly location: string | null
  readonly retryAfter: string | null
  /** It tells of a body that GET would have brought. */
  readonly body: boolean
  /** The server means to keep the connection. */
  readonly keeps: boolean
  /** For so long, in seconds; null when it does not say. */
  readonly keepsSeconds: number | null
}

/** What may stand at each place of `HTTP/1.1 200`. 000 to 099 are no status. */
const BEGIN = ['H', 'T', 'T', 'P', '/', '1', '.', '01', ' ', '123456789', '0123456789', '0123456789']

// Where the reader stands: up to BEGIN.length, at that place of the status line, then in one of these.
const STATUS_END = BEGIN.length
const PHRASE = STATUS_END + 1
const LINE_END = PHRASE + 1
const LINE_START = LINE_END + 1
const NAME = LINE_START + 1
const VALUE = NAME + 1
const HEAD_END = VALUE + 1

const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58

/** Of each byte, a bit for each state that it changes nothing in, but for the place in BEGIN. */
const FITS = new Uint32Array(256).map((_, byte) => {
  const character = String.fromCharCode(byte)
  let bits = byte === CR || byte === LF ? 0 : 1 << PHRASE
  BEGIN.forEach((allowed, place) => (bits |= allowed.includes(character) ? 1 << place : 0))
  if (/[\w!#$%&'*+.^`|~-]/.test(character)) bits |= 1 << NAME
  if (byte === 9 || (byte >= SPACE && byte !== 127)) bits |= 1 << VALUE
  return bits
})

const NOT_HTTP = 'what came back is not HTTP'
const MALFORMED = 'a malformed head'

/** The headers that matter here, in a head that is known to be well-formed. */
const FIELDS =
  /\r\n(location|retry-after|connection|keep-alive|content-length|transfer-encoding):[\t ]*([^\r]*)/gi

/**
 * Reads heads of answers of HTTP/1, as they come in pieces. As strict as llhttp, which undici has its strictness from:
 * lines end in CRLF, no line is folded, one length. Informational answers (RFC 9110 section 15.2) are passed over.
 */
export class HeadReader {
  #state = 0
  #text = ''

  /** Whether a head has begun and not ended. */
  get midway(): boolean {
    return this.#state > 0
  }

  /**
   * Takes what came next. Gives the head and how many bytes of the chunk come after it, null when more is needed, or a
   * Failure: `protocol`, or `overflow` for a head of more than MOST_HEAD bytes.
   */
  read(chunk: Buffer): { readonly head: Head; readonly rest: number } | Failure | null {
    for (let from = 0; from < chunk.length;) {
      const most = Math.min(chunk.length, from + MOST_HEAD - this.#text.length)
      const end = this.#scan(chunk, from, most)
      if (end < 0) return failure('protocol', this.#state < STATUS_END ? NOT_HTTP : MALFORMED)
      this.#text += chunk.toString('latin1', from, end)
      if (this.#state !== 0)
        return most < chunk.length ? failure('overflow', 'the head of the answer is too large') : null
      const head = understand(this.#text)
      this.#text = ''
      if (!('status' in head)) return head
      if (head.status >= 200) return { head, rest: chunk.length - end }
      if (head.status === 101) return failure('protocol', 'an upgrade that was not asked for')
      from = end
    }
    return null
  }

  /** Gives where it stopped: after the end of the head, and then the state is 0 again, or at `to`; -1 when it can't be HTTP. */
  #scan(chunk: Buffer, from: number, to: number): number {
    let state = this.#state
    for (let at = from; at < to; at++) {
      const byte = chunk[at] as number
      const fits = ((FITS[byte] as number) >> state) & 1
      if (state < STATUS_END) {
        if (fits === 0) {
          this.#state = state
          return -1
        }
        state++
      } else if (fits === 1) {
        continue
      } else if (byte === CR && (state === VALUE || state === PHRASE || state === STATUS_END)) {
        state = LINE_END
      } else if (byte === LF && state === LINE_END) {
        state = LINE_START
      } else if (state === NAME && byte === COLON) {
        state = VALUE
      } else if (state === LINE_START && ((FITS[byte] as number) >> NAME) & 1) {
        state = NAME
      } else if (state === STATUS_END && byte === SPACE) {
        state = PHRASE
      } else if (state === LINE_START && byte === CR) {
        state = HEAD_END
      } else if (state === HEAD_END && byte === LF) {
        this.#state = 0
        return at + 1
      } else {
        this.#state = state
        return -1
      }
    }
    this.#state = state
    return to
  }
}

function understand(text: string): Head | Failure {
  let location: string | null = null
  let retryAfter: string | null = null
  let connection = ''
  let keepAlive = ''
  let length: string | null = null
  let coded = false
  FIELDS.lastIndex = 0
  for (let field = FIELDS.exec(text); field !== null; field = FIELDS.exec(text)) {
    const value = field[2] as string
    switch ((field[1] as string).toLowerCase()) {
      case 'location':
        location ??= value.trimEnd()
        break
      case 'retry-after':
        retryAfter ??= value.trimEnd()
        break
      case 'connection':
        connection += `${value},`
        break
      case 'keep-alive':
        keepAlive += `${value},`
        break
      case 'content-length':
        if (length !== null || !/^0*\d{1,19} *$/.test(value))
          return failure('protocol', 'its length makes no sense')
        length = value
        break
      default:
        coded = true
    }
  }
  if (coded && length !== null) return failure('protocol', 'two lengths')
  const status = Number(text.slice(9, 12))
  const version = text.slice(5, 8)
  return {
    status,
    version,
    phrase: text.slice(13, text.indexOf('\r')),
    location,
    retryAfter,
    body: status !== 204 && status !== 304 && (length === null || Number(length) > 0),
    keeps: !CLOSE.test(connection) && (version === '1.1' || KEEP_ALIVE.test(connection)),
    keepsSeconds: keepAlive === '' ? null : seconds(keepAlive),
  }
}

const CLOSE = /(?:^|[\t ,])close(?:$|[\t ,])/i
const KEEP_ALIVE = /(?:^|[\t ,])keep-alive(?:$|[\t ,])/i

function seconds(keepAlive: string): number | null {
  const text = /(?:^|,)[\t ]*timeout=(\d+)/i.exec(keepAlive)?.[1]
  return text === undefined ? null : Number(text)
}
