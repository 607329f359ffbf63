import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'

/** All sources from this number on share one bit. So if one of them can't be read, no Resource of any of them is removed. */
const SHARED_BIT = 31

/** Which sources name each Resource, in four bytes. Sources are numbered from 0, in the order in which they are read. */
export class Membership {
  #masks = new Uint32Array(64)
  readonly #counts: number[] = Array.from({ length: SHARED_BIT + 1 }, () => 0)

  /** How many Resources a source names. */
  count(source: number): number {
    return this.#counts[bitIndexOf(source)] as number
  }

  /** Whether any source names a Resource. */
  isListed(id: ResourceId): boolean {
    return this.#mask(id) !== 0
  }

  /** Whether a source names a Resource. */
  has(id: ResourceId, source: number): boolean {
    return (this.#mask(id) & bitMaskOf(source)) !== 0
  }

  /** Whether no earlier source names a Resource, so that what this source says about it counts. */
  isFirst(id: ResourceId, source: number): boolean {
    return (this.#mask(id) & (bitMaskOf(source) - 1)) === 0
  }

  /** The bit index of the first source that names a Resource; -1 when none does. */
  firstIndex(id: ResourceId): number {
    const mask = this.#mask(id)
    return mask === 0 ? -1 : 31 - Math.clz32(mask & -mask)
  }

  /** Records that a source names a Resource. */
  add(id: ResourceId, source: number): void {
    if (this.has(id, source)) return
    this.#masks = ensureCapacity(this.#masks, id + 1)
    this.#masks[id] = this.#mask(id) | bitMaskOf(source)
    this.#counts[bitIndexOf(source)] = this.count(source) + 1
  }

  /** Records that a source no longer names a Resource. */
  remove(id: ResourceId, source: number): void {
    if (!this.has(id, source)) return
    this.#masks[id] = this.#mask(id) & ~bitMaskOf(source)
    this.#counts[bitIndexOf(source)] = this.count(source) - 1
  }

  #mask(id: ResourceId): number {
    return this.#masks[id] ?? 0
  }
}

/** The index of the bit of a source: its number, or SHARED_BIT. */
export function bitIndexOf(source: number): number {
  return Math.min(source, SHARED_BIT)
}

function bitMaskOf(source: number): number {
  return (1 << bitIndexOf(source)) >>> 0
}
