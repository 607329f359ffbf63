import { BodyCharset } from './charset.ts'
import type { PieceDecoder } from './multibyte-decoder.ts'
import { codingOf, ContentDecoder } from './content-decoder.ts'

/** What is wanted of a body. */
export interface BodyPlan {
  /** Maximum size of its text, in decoded bytes. */
  readonly limit: number
  /** Size from which on it makes no difference how large the body is, in decoded bytes; at least `limit`. */
  readonly maxBytes: number
  /** Makes a function that takes each piece of the text and tells whether no more is needed; null: all is needed. */
  readonly search: (() => (piece: string) => boolean) | null
}

/** What a response head says of its body. */
export interface BodyHead {
  readonly status: number
  /** As in an HttpResponse. */
  readonly fields: readonly (readonly [name: string, value: string])[] | null
}

/** Compressed data may be larger than what it decodes to, but not by more than this, in bytes. */
const MAX_OVERHEAD = 65_536

/** A server can send faster than its data is decoded. From so many bytes on that wait, nothing more is received until few wait, in bytes. */
const MAX_WAITING = 262_144
const FEW_WAITING = 65_536

/** Where the body comes from. */
interface BodySource {
  pause(): unknown
  resume(): unknown
}

/** Decodes one body, its content coding and its charset, while it arrives. */
export class BodyReader {
  /** Called once, when the body has ended or no more of it is needed. */
  onDone: () => void = () => {}
  /** Paused while too much waits to be decoded. */
  source: BodySource | null = null
  readonly #plan: BodyPlan
  readonly #charset: BodyCharset
  readonly #decoder: ContentDecoder | null = null
  readonly #isEnough: ((piece: string) => boolean) | null
  /** The same for the beginning, while its charset is not known. Most bodies need none. */
  #isEnoughEarly: ((piece: string) => boolean) | null = null
  /** The beginning, until it is long enough to find the charset. */
  #start: Buffer = Buffer.alloc(0)
  #text: PieceDecoder | null = null
  #pieces = ''
  /** Compressed bytes: those received, and those of them that were decoded. */
  #received = 0
  #taken = 0
  #isPaused = false
  #bytes = 0
  #problem: string | null = null
  #hasFound = false
  #isDone = false

  /** `contentType`: null for UTF-8 whatever the body begins with; a byte order mark is text then. */
  constructor(plan: BodyPlan, contentType: string | null, contentEncoding: string) {
    this.#plan = plan
    this.#charset = new BodyCharset(contentType ?? '')
    if (contentType === null) this.#text = new TextDecoder('utf-8', { ignoreBOM: true })
    this.#isEnough = plan.search?.() ?? null
    const coding = codingOf(contentEncoding)
    if (coding === null) this.#problem = 'headcount does not know the content coding of the body'
    else if (coding !== '')
      this.#decoder = new ContentDecoder(coding, {
        onData: (bytes) => this.#decoded(bytes),
        onTaken: (size) => this.#took(size),
        onEnd: () => this.#finish(),
        onError: (why) => {
          this.#problem = why
          this.#finish()
        },
      })
  }

  /** Its text, up to the limit. */
  get text(): string {
    return this.#pieces
  }

  /** Its decoded size in bytes, as far as it was read. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether it is larger than the limit. */
  get isCut(): boolean {
    return this.#bytes > this.#plan.limit
  }

  /** Whether the search of the plan has found all that it looks for. */
  get hasFound(): boolean {
    return this.#hasFound
  }

  /** Why it can't be decoded, for people; null if it can. */
  get problem(): string | null {
    return this.#problem
  }

  /** Takes a part of the body, without transfer coding, which is valid until this returns. */
  push(bytes: Buffer): void {
    if (this.#isDone) return
    if (this.#problem !== null) return this.#finish()
    if (this.#decoder === null) return this.#decoded(bytes)
    this.#received += bytes.length
    this.#decoder.push(bytes)
    if (this.#received - this.#taken > MAX_WAITING) this.#pause(true)
  }

  /** The body has ended. */
  end(): void {
    if (this.#isDone) return
    if (this.#decoder === null) this.#finish()
    else this.#decoder.end()
  }

  /** Nobody waits for it any more. */
  destroy(): void {
    this.#isDone = true
    this.#decoder?.destroy()
    this.#pause(false)
  }

  /** What was not decoded yet does not count: how much that is depends on who is faster. */
  #took(size: number): void {
    this.#taken += size
    if (this.#taken > this.#plan.maxBytes + MAX_OVERHEAD) {
      this.#problem = 'the body is compressed and larger than what it holds'
      this.#finish()
    } else if (this.#received - this.#taken < FEW_WAITING) this.#pause(false)
  }

  #pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return
    this.#isPaused = isPaused
    if (isPaused) this.source?.pause()
    else this.source?.resume()
  }

  #decoded(bytes: Buffer): void {
    if (this.#isDone) return
    const room = Math.max(0, this.#plan.limit - this.#bytes)
    this.#bytes += bytes.length
    if (room > 0 && this.#take(bytes.length > room ? bytes.subarray(0, room) : bytes)) return this.#finish()
    if (this.#bytes > this.#plan.maxBytes) this.#finish()
  }

  /** Decodes a part to text. Returns whether no more is needed. */
  #take(bytes: Buffer): boolean {
    if (this.#text !== null) return this.#add(this.#text.decode(bytes, { stream: true }))
    const start = this.#start.length === 0 ? bytes : Buffer.concat([this.#start, bytes])
    if (start.length >= this.#charset.bytesNeeded(start)) return this.#begin(start)
    // A copy, since the bytes are valid only now.
    this.#start = start === bytes ? Buffer.from(bytes) : start
    // A server may send no more for as long as it likes.
    this.#isEnoughEarly ??= this.#plan.search?.() ?? null
    this.#hasFound = this.#isEnoughEarly?.(this.#charset.certainText(bytes)) === true
    return this.#hasFound
  }

  #begin(start: Buffer): boolean {
    this.#text = this.#charset.decoder(start)
    return this.#add(this.#text.decode(start, { stream: true }))
  }

  #add(piece: string): boolean {
    this.#pieces += piece
    if (piece !== '' && this.#isEnough?.(piece) === true) this.#hasFound = true
    return this.#hasFound
  }

  #finish(): void {
    if (this.#isDone) return
    this.destroy()
    if (this.#text === null) this.#begin(this.#start)
    // A character that the limit cuts in two is left out.
    const isWhole = !this.isCut && this.#problem === null
    this.#add(this.#text?.decode(undefined, { stream: !isWhole }) ?? '')
    this.onDone()
  }
}
