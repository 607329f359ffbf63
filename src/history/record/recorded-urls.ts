import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import type { ResourceId } from '../../resource/resource.ts'

/** The numbers that the history has for the URLs of the lists, by the ids that main gave them. Bounded by the list. */
export class RecordedUrls {
  /** The number, plus 1; 0 if no URL has the id. */
  #number = new Uint32Array(64)
  #generation = new Uint16Array(64)

  /** A URL of the lists has this number. */
  set(id: ResourceId, generation: number, number: number): void {
    this.#number = ensureCapacity(this.#number, id + 1)
    this.#generation = ensureCapacity(this.#generation, id + 1)
    this.#number[id] = number + 1
    this.#generation[id] = generation
  }

  /** The number of a URL; null for one that has left the lists, whose id may belong to another. */
  find(id: number, generation: number): number | null {
    const number = this.#number[id] ?? 0
    return number === 0 || this.#generation[id] !== generation ? null : number - 1
  }

  /** The number of the URL that has this id now; null if none has. */
  findCurrent(id: number): number | null {
    const number = this.#number[id] ?? 0
    return number === 0 ? null : number - 1
  }

  /** The URL has left the lists. */
  remove(id: number): void {
    this.#number[id] = 0
  }

  /** No URL is known. */
  clear(): void {
    this.#number.fill(0)
  }

  /** By number: 1 for those that URLs of the lists have. */
  numbers(): Uint8Array {
    let numbers = new Uint8Array(64)
    for (const number of this.#number) {
      if (number === 0) continue
      numbers = ensureCapacity(numbers, number)
      numbers[number - 1] = 1
    }
    return numbers
  }
}
