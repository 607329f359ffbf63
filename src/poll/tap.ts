import type { Socket } from 'node:net'

/** The head of an answer may have this many bytes. */
export const MOST_HEAD = 16_384

/** `HTTP/1.1 200 `: as much as is needed to know what sort of answer begins. */
const ENOUGH = 13
const PREFIX = 'HTTP/1.'
const CONTINUE = /^HTTP\/1\.[01] 100[ \r]$/
const INFORMATIONAL = /^HTTP\/1\.[01] 1\d\d[ \r]$/

/**
 * Sees the bytes of an HTTP/1 connection before undici's parser does, for what that does not do: it does not say which
 * version answered, it does not count the reason phrase as part of the head, and it takes a 100 Continue that nobody
 * asked for as an error, where RFC 9110 section 15.2 wants it passed over.
 */
export class Tap {
  /** Of the latest answer, `1.0` or `1.1`; '' before one. */
  version = ''
  readonly #overflow: () => void
  /** The next byte begins an answer. */
  #atStart = true
  /** The head of an answer is under way. */
  #inHead = true
  #kept: Buffer | null = null
  /** Bytes of the head so far, and the last of its chunks. */
  #head = 0
  #last: Buffer | null = null

  /** `overflow`: a head is larger than MOST_HEAD. */
  constructor(socket: Socket, overflow: () => void) {
    this.#overflow = overflow
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null
    socket.read = (size?: number) => {
      const chunk = read(size)
      return chunk === null || !this.#inHead ? chunk : this.#pass(chunk)
    }
  }

  /** A request goes out, or a head of the 1xx class has ended: the head of an answer comes next. */
  expect(atStart: boolean): void {
    this.#atStart = atStart
    this.#inHead = true
    this.#kept = null
    this.#head = 0
    this.#last = null
  }

  /** The head has come: the rest does not matter. */
  rest(): void {
    this.#inHead = false
    this.#last = null
  }

  #pass(chunk: Buffer): Buffer | null {
    const begun = this.#atStart ? this.#begin(chunk) : chunk
    if (begun === null) return null
    this.#head += begun.length
    if (this.#head > MOST_HEAD && this.#tooLarge(begun)) {
      this.#overflow()
      return null
    }
    this.#last = begun
    return begun
  }

  /** Looks at how an answer begins; gives what is for the parser, null to wait for more. */
  #begin(chunk: Buffer): Buffer | null {
    let bytes = this.#kept === null ? chunk : Buffer.concat([this.#kept, chunk])
    this.#kept = null
    for (;;) {
      const begin = bytes.toString('latin1', 0, ENOUGH)
      if (begin.length < ENOUGH && PREFIX.startsWith(begin.slice(0, PREFIX.length))) return this.#keep(bytes)
      this.version = begin.startsWith(PREFIX) ? begin.slice(5, 8) : ''
      if (!INFORMATIONAL.test(begin) || bytes.length > MOST_HEAD) break
      const end = bytes.indexOf('\r\n\r\n') + 4
      if (!CONTINUE.test(begin)) {
        // Another 1xx is for the parser, but a 100 may come after it.
        if (end === 3) break
        if (end === bytes.length) return bytes
        const rest = bytes.subarray(end)
        const passed = this.#begin(rest)
        if (passed === rest) return bytes
        return Buffer.concat([bytes.subarray(0, end), ...(passed === null ? [] : [passed])])
      }
      if (end === 3) return this.#keep(bytes)
      if (end === bytes.length) return null
      bytes = bytes.subarray(end)
    }
    this.#atStart = false
    return bytes
  }

  /** The chunk that goes past the bound may hold the end of the head and a part of the body. */
  #tooLarge(chunk: Buffer): boolean {
    const before = this.#last?.subarray(-3) ?? Buffer.alloc(0)
    const end = Buffer.concat([before, chunk]).indexOf('\r\n\r\n')
    return end === -1 || this.#head - chunk.length - before.length + end > MOST_HEAD
  }

  #keep(bytes: Buffer): null {
    this.#kept = bytes
    return null
  }
}
