import sax from 'sax'

// The only door to sax, a streaming parser that ignores external entities and buffers at most 64 KiB of text.

/** Receives the elements of a document. */
export interface XmlHandler {
  /** An element begins; `name` has no prefix, and `place` is `LINE:COLUMN`, both from 1. */
  open(name: string, place: string): void
  /** A chunk of text. */
  text(text: string): void
  close(): void
}

/** The XML is not well-formed. */
export class XmlError extends Error {
  /** `LINE:COLUMN`, both from 1. */
  readonly position: string
  constructor(place: string, why: string) {
    super(why)
    this.name = 'XmlError'
    this.position = place
  }
}

/** Parses XML in chunks. */
export class XmlReader {
  readonly #parser = sax.parser(true, { strictEntities: true } as sax.SAXOptions)
  #error: XmlError | null = null
  #empty = true

  constructor(handler: XmlHandler) {
    const handlers: Partial<sax.SAXParser> = {
      onerror: (error) => {
        // After the colon, sax quotes the document.
        const why = (error.message.split(/[\n:]/)[0] as string).toLowerCase()
        this.#error ??= new XmlError(this.#place(), `invalid XML: ${why}`)
      },
      onopentag: ({ name }) => {
        this.#empty = false
        if (this.#error === null) handler.open(localName(name), this.#place())
      },
      ontext: (text) => handler.text(text),
      oncdata: (text) => handler.text(text),
      // After an error, the open element may have a wrong text.
      onclosetag: () => {
        if (this.#error === null) handler.close()
      },
    }
    Object.assign(this.#parser, handlers)
  }

  /** Parses the next chunk. Throws an XmlError. */
  write(text: string): void {
    // sax itself throws an error only at the next call.
    this.#parser.write(text)
    if (this.#error !== null) throw this.#error
  }

  /** Ends the document. Throws an XmlError if it is incomplete. */
  end(): void {
    this.#parser.close()
    if (this.#empty) this.#error ??= new XmlError(this.#place(), 'invalid XML: the document is empty')
    if (this.#error !== null) throw this.#error
  }

  #place(): string {
    return `${this.#parser.line + 1}:${this.#parser.column + 1}`
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
