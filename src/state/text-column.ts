import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'
import { StringPool } from './string-pool.ts'

/** A text for each id, four bytes per id: many ids have the same text, which is stored once. Bounded by the list. */
export class TextColumn {
  #numbers = new Uint32Array(64)
  readonly #pool = new StringPool()

  /** Makes room for `size` ids. */
  ensureCapacity(size: number): void {
    this.#numbers = ensureCapacity(this.#numbers, size)
  }

  /** The text of an id; '' until it is set. */
  get(id: ResourceId): string {
    return this.#pool.text(this.#numbers[id] as number)
  }

  set(id: ResourceId, text: string): void {
    const before = this.#numbers[id] as number
    const number = this.#pool.replace(before, text)
    // A page of memory that is never written to costs nothing.
    if (number !== before) this.#numbers[id] = number
  }
}
