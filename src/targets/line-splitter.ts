import { Buffer, isUtf8 } from 'node:buffer'

/** The longest line that is looked at, in bytes; of a longer one no more than this is held. */
export const MAX_LINE_BYTES = 64 * 1024

const LF = 0x0a
const CR = 0x0d
const BOM = Buffer.from('\ufeff')

/** Takes each line in turn, its line break (LF or CRLF) taken off; or why it could not be read. */
export type LineHandler = (line: string | { readonly why: string }) => void

/** Cuts the chunks of a UTF-8 file into lines. Holds the one line that is not complete yet, MAX_LINE_BYTES of it at most. */
export class LineSplitter {
  readonly #handle: LineHandler
  /** The beginning of a line whose end has not come, in pieces. */
  #partial: Buffer[] = []
  #partialBytes = 0
  #first = true

  constructor(take: LineHandler) {
    this.#handle = take
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      this.#line(chunk, from, end)
      from = end + 1
    }
    if (from < chunk.length) this.#keepPartial(chunk.subarray(from))
  }

  /** The file has ended; its last line needs no line break. Says whether it had one. */
  end(): boolean {
    if (this.#partialBytes === 0) return true
    this.#line(Buffer.alloc(0), 0, 0)
    return false
  }

  #keepPartial(piece: Buffer): void {
    this.#partialBytes += piece.length
    if (this.#partialBytes > MAX_LINE_BYTES) this.#partial = []
    // A copy, since a piece would keep its whole chunk.
    else this.#partial.push(Buffer.from(piece))
  }

  #line(chunk: Buffer, from: number, end: number): void {
    const bytes = this.#partialBytes + end - from
    if (this.#partialBytes === 0) this.#decode(chunk, from, end, bytes)
    else {
      const whole =
        bytes > MAX_LINE_BYTES ? chunk : Buffer.concat([...this.#partial, chunk.subarray(from, end)])
      this.#partial = []
      this.#partialBytes = 0
      this.#decode(whole, 0, whole.length, bytes)
    }
    this.#first = false
  }

  #decode(buffer: Buffer, from: number, end: number, bytes: number): void {
    if (bytes > MAX_LINE_BYTES)
      return this.#handle({ why: `it is ${bytes} bytes long, ${MAX_LINE_BYTES} are the most` })
    let start = from
    if (this.#first && buffer.subarray(from, end).indexOf(BOM) === 0) start += BOM.length
    const last = end > start && buffer[end - 1] === CR ? end - 1 : end
    if (!isUtf8(buffer.subarray(start, last))) return this.#handle({ why: 'it is not UTF-8' })
    this.#handle(buffer.toString('utf8', start, last))
  }
}
