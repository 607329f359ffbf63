import sax from 'sax'

// The only door to sax: a parser that streams, knows no external entities, and holds 64 KiB of a text at most.

/** Who is told of elements. Names are without their prefixes. */
export interface XmlHandler {
  /** An element begins; the place is `LINE:COLUMN`, both from 1. */
  open(name: string, place: string): void
  /** Text, in pieces. */
  text(text: string): void
  close(): void
}

/** XML that is not well formed. */
export class XmlError extends Error {
  /** `LINE:COLUMN`, both from 1. */
  readonly position: string
  constructor(place: string, why: string) {
    super(why)
    this.name = 'XmlError'
    this.position = place
  }
}

/** Reads XML as it comes, in pieces. */
export class XmlReader {
  readonly #parser = sax.parser(true, { strictEntities: true } as sax.SAXOptions)
  #error: XmlError | null = null
  #empty = true

  constructor(handler: XmlHandler) {
    const handlers: Partial<sax.SAXParser> = {
      onerror: (error) => {
        // What stands behind the colon is a piece of the text.
        const why = (error.message.split(/[\n:]/)[0] as string).toLowerCase()
        this.#error ??= new XmlError(this.#place(), `it is not XML: ${why}`)
      },
      onopentag: ({ name }) => {
        this.#empty = false
        if (this.#error === null) handler.open(localName(name), this.#place())
      },
      ontext: (text) => handler.text(text),
      oncdata: (text) => handler.text(text),
      // What is closed after an error may hold what the error is about.
      onclosetag: () => {
        if (this.#error === null) handler.close()
      },
    }
    Object.assign(this.#parser, handlers)
  }

  /** Throws an XmlError. */
  write(text: string): void {
    // An error that was not taken off would be thrown by the next call instead.
    this.#parser.write(text)
    if (this.#error !== null) throw this.#error
  }

  /** All has come. Throws an XmlError when it ends in the middle. */
  end(): void {
    this.#parser.close()
    if (this.#empty) this.#error ??= new XmlError(this.#place(), 'it is not XML: it is empty')
    if (this.#error !== null) throw this.#error
  }

  #place(): string {
    return `${this.#parser.line + 1}:${this.#parser.column + 1}`
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
