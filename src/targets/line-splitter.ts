import { Buffer, isAscii, isUtf8 } from 'node:buffer'

/** The longest line that is parsed, in bytes; no more than this is buffered. */
export const MAX_LINE_BYTES = 64 * 1024

const LF = 0x0a
const CR = 0x0d
const BOM = Buffer.from('\ufeff')

/** Gets each line in turn without its line break (LF or CRLF), or why the line could not be read. */
export type LineHandler = (line: string | { readonly why: string }) => void

/** Splits the chunks of a UTF-8 file into lines. Buffers only the incomplete last line, up to MAX_LINE_BYTES. */
export class LineSplitter {
  readonly #handle: LineHandler
  /** The chunks of the incomplete line. */
  #partial: Buffer[] = []
  #partialBytes = 0
  #first = true

  constructor(take: LineHandler) {
    this.#handle = take
  }

  push(chunk: Buffer): void {
    // Asked once for all lines of a chunk: to check each line costs a tenth of the time in which a list is read.
    const ascii = isAscii(chunk)
    let from = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      this.#line(chunk, from, end, ascii)
      from = end + 1
    }
    if (from < chunk.length) this.#keepPartial(chunk.subarray(from))
  }

  /** Handles a last line without a line break. Returns whether the file ended with a line break. */
  end(): boolean {
    if (this.#partialBytes === 0) return true
    this.#line(Buffer.alloc(0), 0, 0, true)
    return false
  }

  #keepPartial(piece: Buffer): void {
    this.#partialBytes += piece.length
    if (this.#partialBytes > MAX_LINE_BYTES) this.#partial = []
    // Copied, since a slice would keep its whole chunk in memory.
    else this.#partial.push(Buffer.from(piece))
  }

  #line(chunk: Buffer, from: number, end: number, ascii: boolean): void {
    const bytes = this.#partialBytes + end - from
    if (this.#partialBytes === 0) this.#decode(chunk, from, end, bytes, ascii)
    else {
      const line =
        bytes > MAX_LINE_BYTES ? chunk : Buffer.concat([...this.#partial, chunk.subarray(from, end)])
      this.#partial = []
      this.#partialBytes = 0
      this.#decode(line, 0, line.length, bytes, false)
    }
    this.#first = false
  }

  #decode(buffer: Buffer, from: number, end: number, bytes: number, ascii: boolean): void {
    if (bytes > MAX_LINE_BYTES)
      return this.#handle({ why: `the line is ${bytes} bytes long; the limit is ${MAX_LINE_BYTES}` })
    let start = from
    if (!ascii && this.#first && buffer.subarray(from, end).indexOf(BOM) === 0) start += BOM.length
    const last = end > start && buffer[end - 1] === CR ? end - 1 : end
    if (ascii) return this.#handle(buffer.toString('latin1', start, last))
    if (!isUtf8(buffer.subarray(start, last))) return this.#handle({ why: 'the line is not UTF-8' })
    this.#handle(buffer.toString('utf8', start, last))
  }
}
