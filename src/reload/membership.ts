import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'

/** Sources from this one on share a bit: when one of them can't be read, none of theirs goes. */
const SHARED_BIT = 31

/** Which sources name each Resource: four bytes each. Sources are numbered from 0, in the order in which they are read. */
export class Membership {
  #masks = new Uint32Array(64)
  readonly #counts: number[] = Array.from({ length: SHARED_BIT + 1 }, () => 0)

  /** How many Resources a source names. */
  count(source: number): number {
    return this.#counts[bitIndexOf(source)] as number
  }

  /** Whether any source names it. */
  isListed(id: ResourceId): boolean {
    return this.#mask(id) !== 0
  }

  has(id: ResourceId, source: number): boolean {
    return (this.#mask(id) & bitMaskOf(source)) !== 0
  }

  /** Whether what this source says of it holds: no source that is read before it names it. */
  isFirst(id: ResourceId, source: number): boolean {
    return (this.#mask(id) & (bitMaskOf(source) - 1)) === 0
  }

  /** The place of the first source that names it; -1 when none does. */
  firstIndex(id: ResourceId): number {
    const mask = this.#mask(id)
    return mask === 0 ? -1 : 31 - Math.clz32(mask & -mask)
  }

  add(id: ResourceId, source: number): void {
    if (this.has(id, source)) return
    this.#masks = ensureCapacity(this.#masks, id + 1)
    this.#masks[id] = this.#mask(id) | bitMaskOf(source)
    this.#counts[bitIndexOf(source)] = this.count(source) + 1
  }

  remove(id: ResourceId, source: number): void {
    if (!this.has(id, source)) return
    this.#masks[id] = this.#mask(id) & ~bitMaskOf(source)
    this.#counts[bitIndexOf(source)] = this.count(source) - 1
  }

  #mask(id: ResourceId): number {
    return this.#masks[id] ?? 0
  }
}

/** The place of a source among the bits: its number, or the shared one. */
export function bitIndexOf(source: number): number {
  return Math.min(source, SHARED_BIT)
}

function bitMaskOf(source: number): number {
  return (1 << bitIndexOf(source)) >>> 0
}
