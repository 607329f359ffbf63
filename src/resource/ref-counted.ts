import { ensureCapacity } from './ensure-capacity.ts'
import { Interner } from './interner.ts'

/** Texts that Resources share, each with a number, as long as one of them has it. */
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

  /** The number of `text`, which one more uses. Throws a RangeError on one of over 65,535 bytes. */
  acquire(text: string): number {
    const number = this.#texts.intern(text)
    this.#uses = ensureCapacity(this.#uses, number + 1)
    this.#uses[number] = (this.#uses[number] as number) + 1
    return number
  }

  /** One less uses the text with this number: that of the last is forgotten. */
  release(number: number): void {
    this.#uses[number] = (this.#uses[number] as number) - 1
    if (this.#uses[number] === 0) this.#texts.remove(number)
  }

  /** The text with this number. Throws a RangeError when there is none. */
  text(number: number): string {
    return this.#texts.text(number)
  }
}
