import type { Transform } from 'node:stream'
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib'

/** What comes out of a ContentDecoder. Nothing is called after `onEnd` and `onError`, nor after `destroy`. */
interface DecoderEvents {
  onData(bytes: Buffer): void
  /** A part of this size was decoded, and all that came out of it was passed to `onData`. */
  onTaken(size: number): void
  onEnd(): void
  /** The body can't be decoded. `why`: a text for people. */
  onError(why: string): void
}

/** A compressed body is decoded by zlib in its thread pool, piece by piece, so that a small one that unpacks to terabytes can be stopped. */
export class ContentDecoder {
  readonly #coding: string
  readonly #events: DecoderEvents
  #stream: Transform | null = null
  #isOver = false

  /** `coding`: gzip, deflate, br or zstd. */
  constructor(coding: string, events: DecoderEvents) {
    this.#coding = coding
    this.#events = events
  }

  /** Takes a part of the body, which is copied. */
  push(bytes: Buffer): void {
    if (this.#isOver || bytes.length === 0) return
    this.#stream ??= this.#open(bytes)
    this.#stream.write(Buffer.from(bytes), (error) => {
      if (error == null && !this.#isOver) this.#events.onTaken(bytes.length)
    })
  }

  /** The body has ended. One without any byte is empty, whatever its coding. */
  end(): void {
    if (this.#isOver) return
    if (this.#stream === null) this.#over(() => this.#events.onEnd())
    else this.#stream.end()
  }

  /** Frees the decoder. */
  destroy(): void {
    this.#isOver = true
    this.#stream?.destroy()
  }

  #open(start: Buffer): Transform {
    const stream = streamOf(this.#coding, start)
    stream.on('data', (bytes: Buffer) => {
      if (!this.#isOver) this.#events.onData(bytes)
    })
    stream.on('end', () => this.#over(() => this.#events.onEnd()))
    // The text of zlib tells a user no more.
    stream.on('error', () => this.#over(() => this.#events.onError(`the body is not valid ${this.#coding}`)))
    return stream
  }

  #over(tell: () => void): void {
    if (this.#isOver) return
    this.#isOver = true
    tell()
  }
}

/** The coding that a Content-Encoding names; '' for none, null if headcount can't decode it. */
export function codingOf(contentEncoding: string): string | null {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim().replace(/^x-gzip$/, 'gzip'))
    .filter((coding) => coding !== '' && coding !== 'identity')
  const [coding = '', second] = codings
  return second === undefined && ['', 'gzip', 'deflate', 'br', 'zstd'].includes(coding) ? coding : null
}

function streamOf(coding: string, start: Buffer): Transform {
  switch (coding) {
    case 'gzip':
      return createGunzip()
    case 'br':
      return createBrotliDecompress()
    case 'zstd':
      return createZstdDecompress()
    default:
      // Some servers send deflate without the header of zlib, and clients accept it.
      return ((start[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw()
  }
}
