import { ensureCapacity } from './ensure-capacity.ts'
import type { Packer } from './packer.ts'
import { MAX_TEXT_BYTES, TextStore, writeText } from './text-store.ts'

/** The place of a number without a text. */
const NO_PLACE = 0xffff_ffff

/**
 * A set of texts in one byte store. Each has a number: 0, 1, 2 in order of arrival; the number of a removed text is used
 * again. A million URLs take their bytes and some 20 more each; a Map of strings would take over 100 more. Bounded by the
 * list that fills it.
 */
export class Interner {
  readonly #texts = new TextStore()
  readonly #scratch = Buffer.alloc(MAX_TEXT_BYTES)
  #places: Uint32Array = new Uint32Array(64)
  /** A hash table with open addressing: the number of the text + 1, 0 for none. At most half full. */
  #slots: Uint32Array = new Uint32Array(128)
  /** The numbers of removed texts. */
  readonly #free: number[] = []
  #size = 0

  /** The number of texts. */
  get size(): number {
    return this.#size
  }

  /** All numbers are below this. */
  get limit(): number {
    return this.#size + this.#free.length
  }

  /** The number of `text`, or -1. */
  find(text: string): number {
    const length = writeText(text, this.#scratch)
    if (length < 0) return -1
    return this.#numberAt(this.#slotOf(this.#scratch, length))
  }

  /** The number of `text`, which is added if it is not there. Throws a RangeError if it is over 65,535 bytes. */
  intern(text: string): number {
    const length = writeText(text, this.#scratch)
    if (length < 0) throw new RangeError(`a text of ${text.length} characters`)
    const slot = this.#slotOf(this.#scratch, length)
    const known = this.#numberAt(slot)
    if (known >= 0) return known
    const number = this.#free.pop() ?? this.#size
    this.#size++
    this.#places = ensureCapacity(this.#places, number + 1)
    this.#places[number] = this.#texts.put(this.#scratch, length)
    this.#slots[slot] = number + 1
    if (this.#size * 2 > this.#slots.length) this.#rehash()
    return number
  }

  /** Removes the text with this number. Throws a RangeError when there is none. */
  remove(number: number): void {
    const place = this.#placeOf(number)
    const bytes = this.#texts.bytes(place)
    this.#closeGap(this.#slotOf(bytes, bytes.length))
    this.#texts.free(place)
    this.#places[number] = NO_PLACE
    this.#free.push(number)
    this.#size--
  }

  /** The text with this number. Throws a RangeError when there is none. */
  text(number: number): string {
    return this.#texts.text(this.#placeOf(number))
  }

  /** Writes the text with this number into a packer. Throws a RangeError when there is none. */
  pack(number: number, packer: Packer): void {
    this.#texts.pack(this.#placeOf(number), packer)
  }

  #placeOf(number: number): number {
    const place = this.#places[number]
    if (place === undefined || place === NO_PLACE || number >= this.limit)
      throw new RangeError(`no text ${number}`)
    return place
  }

  #numberAt(slot: number): number {
    return (this.#slots[slot] as number) - 1
  }

  /** The slot of a text, or the free slot where it belongs. */
  #slotOf(bytes: Uint8Array, length: number): number {
    const mask = this.#slots.length - 1
    let slot = hash(bytes, length) & mask
    for (let found = this.#slots[slot]; found; found = this.#slots[slot]) {
      if (this.#texts.equal(this.#places[found - 1] as number, bytes, length)) break
      slot = (slot + 1) & mask
    }
    return slot
  }

  /** Frees a slot and moves up the texts after it that were displaced (Knuth, TAOCP 3, 6.4, algorithm R). */
  #closeGap(slot: number): void {
    const mask = this.#slots.length - 1
    let free = slot
    for (let next = (free + 1) & mask; this.#slots[next]; next = (next + 1) & mask) {
      const bytes = this.#texts.bytes(this.#places[this.#numberAt(next)] as number)
      const wanted = hash(bytes, bytes.length) & mask
      if (((next - wanted) & mask) < ((next - free) & mask)) continue
      this.#slots[free] = this.#slots[next] as number
      free = next
    }
    this.#slots[free] = 0
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let number = 0; number < this.limit; number++) {
      const place = this.#places[number] as number
      if (place === NO_PLACE) continue
      const bytes = this.#texts.bytes(place)
      let slot = hash(bytes, bytes.length) & mask
      while (this.#slots[slot]) slot = (slot + 1) & mask
      this.#slots[slot] = number + 1
    }
  }
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). High bits are folded in, since the low bits choose a slot. */
function hash(bytes: Uint8Array, length: number): number {
  let value = 0x811c9dc5
  for (let at = 0; at < length; at++) value = Math.imul(value ^ (bytes[at] as number), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
