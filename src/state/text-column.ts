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

  /** What tells whether the text of an id passes a test, which is asked once for each text. It is out of date after the next `set`. */
  matcher(test: (text: string) => boolean): (id: ResourceId) => boolean {
    const numbers = this.#numbers
    /** By number: 0 not known, 1 it does not pass, 2 it does. */
    const results = new Uint8Array(this.#pool.limit)
    return (id) => {
      const number = numbers[id] as number
      const known = results[number] as number
      if (known !== 0) return known === 2
      const passes = test(this.#pool.text(number))
      results[number] = passes ? 2 : 1
      return passes
    }
  }

  /** What gives for an id what was made of its text, which is made once for each text. It is out of date after the next `set`. */
  mapper<T>(make: (text: string) => T): (id: ResourceId) => T {
    const numbers = this.#numbers
    const made = new Map<number, T>()
    return (id) => {
      const number = numbers[id] as number
      const known = made.get(number)
      if (known !== undefined) return known
      const one = make(this.#pool.text(number))
      made.set(number, one)
      return one
    }
  }

  /** The different texts without '', at most so many of them. */
  *distinct(most: number): Generator<string> {
    const limit = Math.min(this.#pool.limit, most + 1)
    for (let number = 1; number < limit; number++) {
      const text = this.#pool.text(number)
      if (text !== '') yield text
    }
  }

  set(id: ResourceId, text: string): void {
    const before = this.#numbers[id] as number
    const number = this.#pool.replace(before, text)
    // A page of memory that is never written to costs nothing.
    if (number !== before) this.#numbers[id] = number
  }
}
