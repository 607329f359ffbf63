// Writes records into the ArrayBuffers that cross threads, and reads them. Numbers are little-endian, without padding. A text
// is its length and its UTF-8 bytes; the length takes 16 bits, or LONG_TEXT and 32 bits. No text is cut, since the receiver
// may parse it. Texts go through Node's global Buffer: a TextEncoder needs a new view for each, which costs more than writing.

/** A length of 16 bits with this value is followed by the real length, in 32 bits. */
const LONG_TEXT = 0xffff

/** Texts up to this length, in UTF-16 units, are written in JavaScript: calling Buffer's native code would cost more. */
const MAX_SHORT_TEXT = 32

/** Writes numbers and texts one after another into a buffer that grows. */
export class Packer {
  #view = new DataView(new ArrayBuffer(0))
  /** The same memory, to write texts. */
  #bytes = Buffer.from(this.#view.buffer)
  #at = 0

  /** How many bytes were written. */
  get length(): number {
    return this.#at
  }

  u8(value: number): void {
    this.#reserve(1).setUint8(this.#at, value)
    this.#at += 1
  }

  u16(value: number): void {
    this.#reserve(2).setUint16(this.#at, value, true)
    this.#at += 2
  }

  u32(value: number): void {
    this.#reserve(4).setUint32(this.#at, value, true)
    this.#at += 4
  }

  f32(value: number): void {
    this.#reserve(4).setFloat32(this.#at, value, true)
    this.#at += 4
  }

  f64(value: number): void {
    this.#reserve(8).setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /** Writes a text of any length. */
  text(value: string): void {
    if (value.length <= MAX_SHORT_TEXT && this.#tryWriteAscii(value)) return
    // A UTF-16 unit takes at most three bytes.
    if (value.length * 3 >= LONG_TEXT) return this.#writeLongText(value)
    const view = this.#reserve(2 + value.length * 3)
    const written = this.#bytes.write(value, this.#at + 2, 'utf8')
    view.setUint16(this.#at, written, true)
    this.#at += 2 + written
  }

  #writeLongText(value: string): void {
    const length = Buffer.byteLength(value)
    this.#writeLength(length)
    this.#reserve(length)
    this.#at += this.#bytes.write(value, this.#at, 'utf8')
  }

  #writeLength(length: number): void {
    this.u16(Math.min(length, LONG_TEXT))
    if (length >= LONG_TEXT) this.u32(length)
  }

  /** Writes a text if all of it is ASCII. Otherwise returns false, and nothing is written. */
  #tryWriteAscii(value: string): boolean {
    const { length } = value
    const view = this.#reserve(2 + length)
    for (let at = 0; at < length; at++) {
      const unit = value.charCodeAt(at)
      if (unit > 127) return false
      this.#bytes[this.#at + 2 + at] = unit
    }
    view.setUint16(this.#at, length, true)
    this.#at += 2 + length
    return true
  }

  /** Writes a text from its UTF-8 bytes: `length` bytes of `source`, from `from` on. */
  bytes(source: Uint8Array, from: number, length: number): void {
    this.#writeLength(length)
    this.#reserve(length)
    for (let byte = 0; byte < length; byte++) this.#bytes[this.#at + byte] = source[from + byte] as number
    this.#at += length
  }

  /** Writes bytes that are packed already. */
  raw(source: Uint8Array): void {
    this.#reserve(source.length)
    this.#bytes.set(source, this.#at)
    this.#at += source.length
  }

  /** Returns what was written. The packer is empty again and keeps nothing of it. */
  take(): ArrayBuffer {
    const buffer = this.#view.buffer.transfer(this.#at)
    this.#setBuffer(new ArrayBuffer(0))
    this.#at = 0
    return buffer
  }

  #reserve(bytes: number): DataView<ArrayBuffer> {
    const end = this.#at + bytes
    if (end > this.#view.byteLength) {
      const size = Math.max(1024, this.#view.byteLength * 2, end)
      this.#setBuffer(this.#view.buffer.transfer(size))
    }
    return this.#view
  }

  #setBuffer(buffer: ArrayBuffer): void {
    this.#view = new DataView(buffer)
    this.#bytes = Buffer.from(buffer)
  }
}

/** Reads what a Packer wrote, in the same order. Throws a RangeError past the end. */
export class Unpacker {
  readonly #view: DataView<ArrayBuffer>
  readonly #bytes: Buffer
  #at = 0

  constructor(buffer: ArrayBuffer) {
    this.#view = new DataView(buffer)
    this.#bytes = Buffer.from(buffer)
  }

  /** Whether there is more to read. */
  get hasMore(): boolean {
    return this.#at < this.#view.byteLength
  }

  /** Where the next value is, in bytes from the start. */
  get at(): number {
    return this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  f32(): number {
    return this.#view.getFloat32(this.#advance(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), true)
  }

  text(): string {
    const length = this.#readLength()
    if (length === 0) return ''
    const at = this.#advance(length)
    if (this.#at > this.#bytes.length) throw new RangeError('a text past the end of the buffer')
    return this.#bytes.toString('utf8', at, this.#at)
  }

  /** Skips a text. */
  skipText(): void {
    this.#advance(this.#readLength())
  }

  /** Skips so many bytes. */
  skip(bytes: number): void {
    this.#at += bytes
  }

  /** The UTF-8 bytes of a text, not copied. */
  bytes(): Uint8Array {
    const length = this.#readLength()
    const at = this.#advance(length)
    if (this.#at > this.#bytes.length) throw new RangeError('a text past the end of the buffer')
    return new Uint8Array(this.#view.buffer, at, length)
  }

  #readLength(): number {
    const length = this.u16()
    return length === LONG_TEXT ? this.u32() : length
  }

  #advance(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    return at
  }
}
