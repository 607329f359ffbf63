import type { Packer } from './packer.ts'

/** Texts lie in chunks of this many bytes, none across two. */
const CHUNK_BYTES = 1 << 20

/** Texts begin at multiples of so many bytes, each with its length in two of them before it. */
const UNIT_BYTES = 8
const HEADER_BYTES = 2

/** The longest text, in bytes. */
export const MAX_TEXT_BYTES = 0xffff

/**
 * Writes a text to the start of `scratch`, which has room for MAX_TEXT_BYTES; says how many bytes it takes, or -1 when it is longer, and
 * what was written is of no use then.
 */
export function writeText(text: string, scratch: Buffer): number {
  // Bytes are at least as many as UTF-16 units, and at most three times.
  const fits = text.length <= MAX_TEXT_BYTES / 3 || Buffer.byteLength(text) <= MAX_TEXT_BYTES
  return fits ? scratch.write(text, 'utf8') : -1
}

/**
 * Texts in one byte store, each known by its place, a number that fits 32 bits. A million of them are a handful of buffers
 * and nothing for the garbage collector to walk. Room that was given back goes to the next text that needs as much, so a
 * list that changes for a year needs no more than its largest size.
 */
export class TextStore {
  readonly #chunks: Buffer[] = []
  /** Bytes used of the last chunk. */
  #used = CHUNK_BYTES
  /** Places given back, by how many units each has. */
  readonly #free = new Map<number, number[]>()

  /** Keeps `length` bytes, from the start of `bytes`: gives their place. Throws a RangeError on more than MAX_TEXT_BYTES, and on -1. */
  put(bytes: Uint8Array, length: number): number {
    if (length < 0 || length > MAX_TEXT_BYTES)
      throw new RangeError(`a text of more than ${MAX_TEXT_BYTES} bytes`)
    const place = this.#allocate(unitsOf(length))
    const { chunk, at } = this.#locate(place)
    chunk[at] = length & 0xff
    chunk[at + 1] = length >>> 8
    chunk.set(bytes.subarray(0, length), at + HEADER_BYTES)
    return place
  }

  /** Gives back the room of the text at `place`. */
  free(place: number): void {
    const units = unitsOf(this.length(place))
    const places = this.#free.get(units)
    if (places === undefined) this.#free.set(units, [place])
    else places.push(place)
  }

  /** How long the text at `place` is, in bytes. */
  length(place: number): number {
    const { chunk, at } = this.#locate(place)
    return (chunk[at] as number) | ((chunk[at + 1] as number) << 8)
  }

  text(place: number): string {
    const bytes = this.bytes(place)
    return bytes.toString('utf8')
  }

  /** The bytes of the text at `place`: the store's own. */
  bytes(place: number): Buffer {
    const { chunk, at } = this.#locate(place)
    return chunk.subarray(at + HEADER_BYTES, at + HEADER_BYTES + this.length(place))
  }

  /** Writes the text at `place` into a packer. */
  pack(place: number, packer: Packer): void {
    const { chunk, at } = this.#locate(place)
    packer.bytes(chunk, at + HEADER_BYTES, this.length(place))
  }

  /** Whether the text at `place` is the first `length` of `bytes`. */
  equal(place: number, bytes: Uint8Array, length: number): boolean {
    if (this.length(place) !== length) return false
    const { chunk, at } = this.#locate(place)
    for (let n = 0; n < length; n++) if (chunk[at + HEADER_BYTES + n] !== bytes[n]) return false
    return true
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
