import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Head } from './parse-head.ts'

/** Maximum length of the line with the size of a chunk, and of all trailers together, in bytes. */
const MAX_LINE = 4_096
const MAX_TRAILERS = 65_536

/** The size of a chunk: at most 16 digits, as for curl and Go, of which the first ones may be zeros. */
const SIZE = /^0{0,4}([\da-f]{1,12})[\t ]*(?:;|$)/i
const LF = 10

const MALFORMED = failure('protocol', 'the chunks of the body are malformed')

/** Takes the transfer coding off an HTTP/1 body (RFC 9112, sections 6 and 7) that arrives in pieces. */
export class Http1Body {
  readonly #take: (bytes: Buffer) => void
  readonly #framing: Head['body']
  /** Bytes of the body or chunk that have not arrived. */
  #remaining: number
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size'
  #line = ''
  #trailerBytes = 0

  /** Calls `take` with each part, which is valid until it returns. */
  constructor(framing: Head['body'], take: (bytes: Buffer) => void) {
    this.#framing = framing
    this.#take = take
    this.#remaining = typeof framing === 'number' ? framing : 0
  }

  /** How many bytes are still to come; Infinity if that is not known. */
  get remaining(): number {
    return typeof this.#framing === 'number' ? this.#remaining : Infinity
  }

  /** Whether the body ends when the connection does. */
  get endsWithConnection(): boolean {
    return this.#framing === 'until-close'
  }

  /** Takes received bytes. Returns how many of them follow the end of the body, null if it has not ended, or `protocol`. */
  push(chunk: Buffer): number | Failure | null {
    if (this.#framing === 'chunked') return this.#chunked(chunk)
    if (this.#framing === 'until-close') {
      if (chunk.length > 0) this.#take(chunk)
      return null
    }
    const part = Math.min(chunk.length, this.#remaining)
    this.#remaining -= part
    if (part > 0) this.#take(chunk.subarray(0, part))
    return this.#remaining === 0 ? chunk.length - part : null
  }

  #chunked(chunk: Buffer): number | Failure | null {
    for (let at = 0; at < chunk.length;) {
      if (this.#state === 'data') {
        const end = Math.min(chunk.length, at + this.#remaining)
        this.#remaining -= end - at
        this.#take(chunk.subarray(at, end))
        at = end
        if (this.#remaining === 0) this.#state = 'data-end'
        continue
      }
      const lf = chunk.indexOf(LF, at)
      const end = lf === -1 ? chunk.length : lf
      this.#line += chunk.toString('latin1', at, Math.min(end, at + MAX_LINE + 1))
      if (this.#state === 'trailer') this.#trailerBytes += end - at + 1
      if (this.#line.length > MAX_LINE || this.#trailerBytes > MAX_TRAILERS) return MALFORMED
      if (lf === -1) return null
      at = lf + 1
      const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
      this.#line = ''
      if (this.#state === 'trailer') {
        if (line === '') return chunk.length - at
      } else if (!this.#startsChunk(line)) return MALFORMED
    }
    return null
  }

  /** Reads the line before or behind the data of a chunk. Returns whether it is valid. */
  #startsChunk(line: string): boolean {
    if (this.#state === 'data-end') {
      this.#state = 'size'
      return line === ''
    }
    const size = SIZE.exec(line)?.[1]
    if (size === undefined) return false
    this.#remaining = Number.parseInt(size, 16)
    this.#state = this.#remaining === 0 ? 'trailer' : 'data'
    return true
  }
}
