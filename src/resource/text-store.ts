import type { Packer } from './packer.ts'
import type { TextPattern } from './text-pattern.ts'

/** The size of a chunk, in bytes. No text lies across two chunks. */
const CHUNK_BYTES = 1 << 20

/** Texts begin at multiples of UNIT_BYTES. The header before each text is its length. */
const UNIT_BYTES = 8
const HEADER_BYTES = 2

/** The longest text, in bytes. */
export const MAX_TEXT_BYTES = 0xffff

/** Writes a text to `scratch`, which has room for MAX_TEXT_BYTES, and returns its length in bytes; -1 when it is longer. */
export function writeText(text: string, scratch: Buffer): number {
  // A UTF-16 unit takes one to three bytes.
  const fits = text.length <= MAX_TEXT_BYTES / 3 || Buffer.byteLength(text) <= MAX_TEXT_BYTES
  return fits ? scratch.write(text, 'utf8') : -1
}

/**
 * Texts in one byte store. Each is found by its place, a number of 32 bits. A million texts are a handful of buffers, and
 * nothing for the garbage collector to walk. The room of a freed text is used for the next text of that size only, so a list that
 * changes for a year takes no more memory than its largest number of texts of each size.
 */
export class TextStore {
  readonly #chunks: Buffer[] = []
  /** How many bytes of the last chunk are used. */
  #used = CHUNK_BYTES
  /** Freed places, by their size in units. */
  readonly #free = new Map<number, number[]>()

  /** Stores the first `length` of `bytes` and returns their place. Throws a RangeError on a length under 0 or over MAX_TEXT_BYTES. */
  put(bytes: Uint8Array, length: number): number {
    if (length < 0 || length > MAX_TEXT_BYTES)
      throw new RangeError(`a text of more than ${MAX_TEXT_BYTES} bytes`)
    const place = this.#allocate(unitsOf(length))
    const { chunk, at } = this.#locate(place)
    chunk[at] = length & 0xff
    chunk[at + 1] = length >>> 8
    // For texts as short as URLs, this takes half the time of `set` with its view.
    for (let n = 0; n < length; n++) chunk[at + HEADER_BYTES + n] = bytes[n] as number
    return place
  }

  /** Frees the room of the text at `place`. */
  free(place: number): void {
    const units = unitsOf(this.length(place))
    const places = this.#free.get(units)
    if (places === undefined) this.#free.set(units, [place])
    else places.push(place)
  }

  /** The length of the text at `place`, in bytes. */
  length(place: number): number {
    const { chunk, at } = this.#locate(place)
    return (chunk[at] as number) | ((chunk[at + 1] as number) << 8)
  }

  text(place: number): string {
    const bytes = this.bytes(place)
    return bytes.toString('utf8')
  }

  /** The bytes of the text at `place`, not a copy. */
  bytes(place: number): Buffer {
    const { chunk, at } = this.#locate(place)
    return chunk.subarray(at + HEADER_BYTES, at + HEADER_BYTES + this.length(place))
  }

  /** Writes the text at `place` into a packer. */
  pack(place: number, packer: Packer): void {
    const { chunk, at } = this.#locate(place)
    packer.bytes(chunk, at + HEADER_BYTES, this.length(place))
  }

  /** Whether the text at `place` equals the first `length` of `bytes`. */
  equal(place: number, bytes: Uint8Array, length: number): boolean {
    if (this.length(place) !== length) return false
    const { chunk, at } = this.#locate(place)
    for (let n = 0; n < length; n++) if (chunk[at + HEADER_BYTES + n] !== bytes[n]) return false
    return true
  }

  /** Whether the text at `place` has this one in it. */
  includes(place: number, pattern: TextPattern): boolean {
    const { chunk, at } = this.#locate(place)
    const from = at + HEADER_BYTES
    return pattern.isIn(chunk, from, from + ((chunk[at] as number) | ((chunk[at + 1] as number) << 8)))
  }

  #allocate(units: number): number {
    const free = this.#free.get(units)?.pop()
    if (free !== undefined) return free
    if (this.#used + units * UNIT_BYTES > CHUNK_BYTES) {
      this.#chunks.push(Buffer.alloc(CHUNK_BYTES))
      this.#used = 0
    }
    const place = ((this.#chunks.length - 1) * CHUNK_BYTES + this.#used) / UNIT_BYTES
    this.#used += units * UNIT_BYTES
    return place
  }

  #locate(place: number): { chunk: Buffer; at: number } {
    const byte = place * UNIT_BYTES
    return { chunk: this.#chunks[Math.floor(byte / CHUNK_BYTES)] as Buffer, at: byte % CHUNK_BYTES }
  }
}

function unitsOf(length: number): number {
  return Math.ceil((HEADER_BYTES + length) / UNIT_BYTES)
}
