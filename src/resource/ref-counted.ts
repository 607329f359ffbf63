import { ensureCapacity } from './ensure-capacity.ts'
import { Interner } from './interner.ts'

/** Texts that Resources share. Each has a number, and is removed when no Resource uses it any more. */
export class RefCounted {
  readonly #texts = new Interner()
  #uses: Uint32Array = new Uint32Array(64)

  /** How many texts are in use. */
  get size(): number {
    return this.#texts.size
  }

  /** All numbers are below this. */
  get limit(): number {
    return this.#texts.limit
  }

  /** Counts one more use of `text` and returns its number. Throws a RangeError if it is over 65,535 bytes. */
  acquire(text: string): number {
    const number = this.#texts.intern(text)
    this.#uses = ensureCapacity(this.#uses, number + 1)
    this.#uses[number] = (this.#uses[number] as number) + 1
    return number
  }

  /** The number of a text that is in use, or null. */
  find(text: string): number | null {
    const number = this.#texts.find(text)
    return number < 0 ? null : number
  }

  /** Counts one use less of the text with this number, and removes it after the last. */
  release(number: number): void {
    this.#uses[number] = (this.#uses[number] as number) - 1
    if (this.#uses[number] === 0) this.#texts.remove(number)
  }

  /** The text with this number. Throws a RangeError when there is none. */
  text(number: number): string {
    return this.#texts.text(number)
  }
}
