import { ensureCapacity } from './ensure-capacity.ts'
import { RefCounted } from './ref-counted.ts'
import type { ResourceId } from './resource.ts'

/** The labels of Resources, as texts. Equal texts are stored once. */
export class LabelColumn {
  readonly #texts = new RefCounted()
  /** The number of the text + 1; 0 for none. */
  #numbers = new Uint32Array(64)

  /** Makes room for ids below `size`. */
  grow(size: number): void {
    this.#numbers = ensureCapacity(this.#numbers, size)
  }

  /** The labels of a Resource; '' for none. */
  of(id: ResourceId): string {
    const number = this.#numbers[id] as number
    return number === 0 ? '' : this.#texts.text(number - 1)
  }

  /** Throws a RangeError if the labels are over 65,535 bytes. */
  set(id: ResourceId, labels: string): void {
    const before = this.#numbers[id] as number
    this.#numbers[id] = labels === '' ? 0 : this.#texts.acquire(labels) + 1
    if (before !== 0) this.#texts.release(before - 1)
  }
}
