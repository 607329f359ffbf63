import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { DONE, IS_HTTP, NEXT_STATE, LENIENT, REJECTED, SELF_LOOPS } from './head-states.ts'
import { parseHead } from './parse-head.ts'
import type { Head } from './parse-head.ts'
import { HEAD_TOO_LARGE, UNEXPECTED_UPGRADE } from './response-failures.ts'

/** Maximum size of a response head, in bytes (Chrome's limit), and of all informational responses before it together. */
export const MAX_HEAD_BYTES = 262_144

/** A head that arrives in pieces is copied into one flat string after this many bytes. */
const FLATTEN_EVERY = 4_096

const NOT_HTTP = 'the answer is not HTTP'
const MALFORMED = 'the head of the answer is malformed'

/**
 * Reads HTTP/1 response heads that arrive in pieces. Accepts what both curl and Go's net/http accept, and rejects what both
 * reject: test/compare checks it against them. Skips informational responses (RFC 9110 section 15.2).
 */
export class HeadReader {
  #state = 0
  #text = ''
  /** Size of the informational responses so far. */
  #informationalBytes = 0
  /** Length of the part of #text that is one flat string. */
  #flattened = 0
  #lenient = false

  /**
   * Reads the next chunk. `keepsFields`: the head shall have its header fields. Returns the head and the number of bytes of the chunk that follow it, null if the head is not
   * complete yet, or a Failure: `protocol`, or `overflow` for more than MAX_HEAD_BYTES.
   */
  read(chunk: Buffer, keepsFields = false): { readonly head: Head; readonly rest: number } | Failure | null {
    for (let from = 0; from < chunk.length;) {
      const max = Math.min(chunk.length, from + MAX_HEAD_BYTES - this.#text.length)
      const end = this.#scan(chunk, from, max)
      if (end < 0) return failure('protocol', this.#state < IS_HTTP ? NOT_HTTP : MALFORMED)
      this.#text += chunk.toString('latin1', from, end)
      if (this.#state !== DONE) {
        if (max < chunk.length) return HEAD_TOO_LARGE
        this.#flatten()
        return null
      }
      const head = parseHead(this.#text, this.#lenient, keepsFields)
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
      if (head.status === 101) return UNEXPECTED_UPGRADE
      this.#informationalBytes += size
      if (this.#informationalBytes > MAX_HEAD_BYTES) return HEAD_TOO_LARGE
      from = end
    }
    return null
  }

  /** A string that grows byte by byte is a chain of as many strings, thirty times as large, until it is copied. */
  #flatten(): void {
    if (this.#text.length - this.#flattened < FLATTEN_EVERY) return
    this.#text = Buffer.from(this.#text, 'latin1').toString('latin1')
    this.#flattened = this.#text.length
  }

  /**
   * Runs the state machine over chunk[from..to]. Returns where it stopped: after the end of the head, with the state DONE,
   * or at `to`; -1 if the bytes can't be HTTP.
   */
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
