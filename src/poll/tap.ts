import type { Socket } from 'node:net'

/** `HTTP/1.1 200`: as much as is needed to know what sort of answer begins. */
const ENOUGH = 12
/** A head of 100 Continue that is longer is not taken out any more. */
const MOST = 16_384
const PREFIX = 'HTTP/1.'

/**
 * Sees the bytes of an HTTP/1 connection before undici's parser does, for the two things that it can't do: it does not
 * say which version answered, and it takes a 100 Continue that nobody asked for as an error, where RFC 9110 section
 * 15.2 wants it passed over.
 */
export class Tap {
  /** Of the latest answer, `1.0` or `1.1`; '' before one. */
  version = ''
  /** The next byte begins an answer. */
  #atStart = true
  #kept: Buffer | null = null

  constructor(socket: Socket) {
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null
    socket.read = (size?: number) => {
      const chunk = read(size)
      return chunk === null || !this.#atStart ? chunk : this.#pass(chunk)
    }
  }

  /** A request goes out: what comes next begins an answer. */
  expect(): void {
    this.#atStart = true
    this.#kept = null
  }

  #pass(chunk: Buffer): Buffer | null {
    let bytes = this.#kept === null ? chunk : Buffer.concat([this.#kept, chunk])
    this.#kept = null
    for (;;) {
      const begin = bytes.toString('latin1', 0, ENOUGH)
      if (begin.length < ENOUGH && PREFIX.startsWith(begin.slice(0, PREFIX.length))) return this.#keep(bytes)
      this.version = begin.startsWith(PREFIX) ? begin.slice(5, 8) : ''
      if (this.version === '' || begin[9] !== '1' || bytes.length > MOST) break
      const end = bytes.indexOf('\r\n\r\n')
      if (!begin.endsWith(' 100')) {
        // Another 1xx is for the parser, but a 100 may come after it.
        if (end === -1) break
        const rest = bytes.subarray(end + 4)
        if (rest.length === 0) return bytes
        const passed = this.#pass(rest)
        if (passed === rest) return bytes
        return Buffer.concat([bytes.subarray(0, end + 4), ...(passed === null ? [] : [passed])])
      }
      if (end === -1) return this.#keep(bytes)
      bytes = bytes.subarray(end + 4)
      if (bytes.length === 0) return null
    }
    this.#atStart = false
    return bytes
  }

  #keep(bytes: Buffer): null {
    this.#kept = bytes
    return null
  }
}
