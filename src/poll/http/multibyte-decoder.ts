/** Decodes a text piece by piece, as TextDecoder does. */
export type PieceDecoder = Pick<TextDecoder, 'decode'>

/**
 * A TextDecoder for charsets such as GBK. That of Node throws if bytes that it kept of one piece turn out to be invalid at the next, since
 * it has no room for what stands for them. From then on all of the text is decoded at its end. Bounded by the limit of the body.
 */
export class MultibyteDecoder implements PieceDecoder {
  readonly #charset: string
  readonly #inPieces: TextDecoder
  readonly #kept: Buffer[] = []
  /** The length of the text so far, in UTF-16 units. */
  #length = 0
  #hasFailed = false

  constructor(charset: string) {
    this.#charset = charset
    this.#inPieces = new TextDecoder(charset)
  }

  /** Decodes one more piece; without one, what is left. With `stream`, a character may go on in the next piece. */
  decode(bytes?: Buffer, options?: { stream?: boolean }): string {
    // A copy, since the bytes are valid only now.
    if (bytes !== undefined) this.#kept.push(Buffer.from(bytes))
    const text = this.#decodePiece(bytes, options)
    if (text !== null) {
      this.#length += text.length
      return text
    }
    if (bytes !== undefined) return ''
    return new TextDecoder(this.#charset).decode(Buffer.concat(this.#kept), options).slice(this.#length)
  }

  /** Null: it can't be decoded in pieces. */
  #decodePiece(bytes: Buffer | undefined, options: { stream?: boolean } | undefined): string | null {
    if (this.#hasFailed) return null
    try {
      return this.#inPieces.decode(bytes, options)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.#hasFailed = true
      return null
    }
  }
}
