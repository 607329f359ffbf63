import { ensureCapacity } from '../resource/ensure-capacity.ts'

/** The ids of URLs that are in the list of this run: a byte for each id that was ever given. */
export class ListedUrls {
  #listed = new Uint8Array(64)

  add(id: number): void {
    this.#listed = ensureCapacity(this.#listed, id + 1)
    this.#listed[id] = 1
  }

  remove(id: number): void {
    if (id < this.#listed.length) this.#listed[id] = 0
  }

  has(id: number): boolean {
    return this.#listed[id] === 1
  }
}
