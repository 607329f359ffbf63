import { hashText } from './text-hash.ts'

/** A name for a set of texts, whatever their order, that follows them as they come and go. */
export class ListSum {
  #count = 0
  #low = 0
  #high = 0

  add(text: string): void {
    this.#count++
    this.#low = (this.#low + hashText(text)) >>> 0
    this.#high = (this.#high + hashText(text, 0x5bd1_e995)) >>> 0
  }

  remove(text: string): void {
    this.#count--
    this.#low = (this.#low - hashText(text)) >>> 0
    this.#high = (this.#high - hashText(text, 0x5bd1_e995)) >>> 0
  }

  /** The number of texts, then hexadecimal digits. */
  get name(): string {
    return `${this.#count}-${this.#high.toString(16).padStart(8, '0')}${this.#low.toString(16).padStart(8, '0')}`
  }
}
