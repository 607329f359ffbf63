import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'

const BITS = 32

/** Which sources name each Resource: four bytes for up to 32 sources. They are numbered from 0, in the order in which they are read. */
export class Membership {
  /** 32-bit words for each Resource. */
  readonly #words: number
  #masks: Uint32Array
  readonly #counts: number[]

  constructor(sources = 1) {
    this.#words = Math.max(1, Math.ceil(sources / BITS))
    this.#masks = new Uint32Array(64 * this.#words)
    this.#counts = Array.from({ length: sources }, () => 0)
  }

  /** How many Resources a source names. */
  count(source: number): number {
    return this.#counts[source] ?? 0
  }

  /** Whether any source names a Resource. */
  isListed(id: ResourceId): boolean {
    return this.firstIndex(id) !== -1
  }

  /** Whether a source names a Resource. */
  has(id: ResourceId, source: number): boolean {
    return (this.#word(id, wordOf(source)) & bitOf(source)) !== 0
  }

  /** Whether no earlier source names a Resource, so that what this source says about it counts. */
  isFirst(id: ResourceId, source: number): boolean {
    const first = this.firstIndex(id)
    return first === -1 || first >= source
  }

  /** The first source that names a Resource; -1 when none does. */
  firstIndex(id: ResourceId): number {
    for (let word = 0; word < this.#words; word++) {
      const mask = this.#word(id, word)
      if (mask !== 0) return word * BITS + BITS - 1 - Math.clz32(mask & -mask)
    }
    return -1
  }

  /** Records that a source names a Resource. */
  add(id: ResourceId, source: number): void {
    if (this.has(id, source)) return
    this.#masks = ensureCapacity(this.#masks, (id + 1) * this.#words)
    this.#set(id, source, this.#word(id, wordOf(source)) | bitOf(source))
    this.#counts[source] = this.count(source) + 1
  }

  /** Records that a source no longer names a Resource. */
  remove(id: ResourceId, source: number): void {
    if (!this.has(id, source)) return
    this.#set(id, source, this.#word(id, wordOf(source)) & ~bitOf(source))
    this.#counts[source] = this.count(source) - 1
  }

  #word(id: ResourceId, word: number): number {
    return this.#masks[id * this.#words + word] ?? 0
  }

  #set(id: ResourceId, source: number, mask: number): void {
    this.#masks[id * this.#words + wordOf(source)] = mask
  }
}

function wordOf(source: number): number {
  return Math.floor(source / BITS)
}

function bitOf(source: number): number {
  return 1 << (source % BITS)
}
