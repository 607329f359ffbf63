import { grown } from './grown.ts'
import type { Packer } from './pack.ts'

/** Texts lie in chunks of this many bytes, none across two; so this is also the longest text. */
export const CHUNK_BYTES = 1 << 20

/**
 * A set of ASCII texts in one byte store, numbered from 0 in order of arrival. At a million URLs it costs their bytes
 * and 16 bytes each, where a Map of strings costs over a hundred. Bounded by the list it is filled from.
 */
export class Interner {
  readonly #chunks: Buffer[] = []
  /** Bytes used of the last chunk. */
  #used = 0
  #starts: Float64Array = new Float64Array(64)
  #lengths: Uint32Array = new Uint32Array(64)
  /** Open addressing: number + 1 of the text, 0 for none; at most half full. */
  #slots: Uint32Array = new Uint32Array(128)
  #size = 0

  /** How many texts it holds. */
  get size(): number {
    return this.#size
  }

  /** The number of `text`, which is the size before the call when the text is new. Throws on a text over a chunk long. */
  intern(text: string): number {
    if (text.length > CHUNK_BYTES) throw new RangeError(`a text of ${text.length} characters`)
    if (this.#chunks.length === 0 || this.#used + text.length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.alloc(CHUNK_BYTES))
      this.#used = 0
    }
    // Each character that is not ASCII would be two bytes at least.
    if (Buffer.byteLength(text) !== text.length) throw new RangeError('a text that is not ASCII')
    const chunk = this.#chunks.at(-1) as Buffer
    const written = chunk.write(text, this.#used, 'latin1')
    const bytes = chunk.subarray(this.#used, this.#used + written)
    const mask = this.#slots.length - 1
    let slot = hash(bytes) & mask
    for (let found = this.#slots[slot]; found; found = this.#slots[slot]) {
      if (this.#equal(found - 1, bytes)) return found - 1
      slot = (slot + 1) & mask
    }
    const number = this.#size++
    this.#starts = grown(this.#starts, this.#size)
    this.#lengths = grown(this.#lengths, this.#size)
    this.#starts[number] = (this.#chunks.length - 1) * CHUNK_BYTES + this.#used
    this.#lengths[number] = written
    this.#used += written
    this.#slots[slot] = number + 1
    if (this.#size * 2 > this.#slots.length) this.#rehash()
    return number
  }

  /** The text with this number. Throws a RangeError when there is none. */
  text(number: number): string {
    const { chunk, at, length } = this.#place(number)
    return chunk.toString('latin1', at, at + length)
  }

  /** Writes the text with this number into a packer. Throws a RangeError when there is none. */
  pack(number: number, packer: Packer): void {
    const { chunk, at, length } = this.#place(number)
    packer.bytes(chunk, at, length)
  }

  #bytes(number: number): Uint8Array {
    const { chunk, at, length } = this.#place(number)
    return chunk.subarray(at, at + length)
  }

  #place(number: number): { chunk: Buffer; at: number; length: number } {
    const start = this.#starts[number]
    const length = this.#lengths[number]
    const chunk = start === undefined ? undefined : this.#chunks[Math.floor(start / CHUNK_BYTES)]
    if (number >= this.#size || start === undefined || length === undefined || chunk === undefined) {
      throw new RangeError(`no text ${number}`)
    }
    return { chunk, at: start % CHUNK_BYTES, length }
  }

  #equal(number: number, bytes: Uint8Array): boolean {
    if (this.#lengths[number] !== bytes.length) return false
    const { chunk, at, length } = this.#place(number)
    for (let byte = 0; byte < length; byte++) if (chunk[at + byte] !== bytes[byte]) return false
    return true
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let number = 0; number < this.#size; number++) {
      let slot = hash(this.#bytes(number)) & mask
      while (this.#slots[slot]) slot = (slot + 1) & mask
      this.#slots[slot] = number + 1
    }
  }
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), its high bits folded down since slots are the low ones. */
function hash(bytes: Uint8Array): number {
  let value = 0x811c9dc5
  for (let at = 0; at < bytes.length; at++) value = Math.imul(value ^ (bytes[at] as number), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
