import type { ResourceId } from '../resource/resource.ts'

/** Changes that are kept. Whoever asks for older ones has to read the list again. */
const MAX_CHANGES = 16_384

/** Which URLs have changed, in order: a number for each change, from 1. Bounded: the oldest give way. */
export class ChangeLog {
  readonly #ids: Uint32Array
  #last = 0

  constructor(size: number = MAX_CHANGES) {
    this.#ids = new Uint32Array(size)
  }

  /** The number of the last change; 0 if there was none. */
  get last(): number {
    return this.#last
  }

  /** A URL has changed. */
  add(id: ResourceId): void {
    this.#ids[this.#last % this.#ids.length] = id
    this.#last++
  }

  /** Whether all changes after this number are known. */
  hasAllAfter(number: number): boolean {
    return number <= this.#last && number >= this.#last - this.#ids.length
  }

  /**
   * Calls `visit` with each URL that has changed after a number of which `hasAllAfter` is true, once for each URL, until it returns
   * false. Returns the number of the last change that this includes.
   */
  visitAfter(number: number, visit: (id: ResourceId) => boolean): number {
    const seen = new Set<ResourceId>()
    let last = number
    while (last < this.#last) {
      const id = this.#ids[last % this.#ids.length] as ResourceId
      if (!seen.has(id) && !visit(id)) break
      seen.add(id)
      last++
    }
    return last
  }

  /** The ids after a number, in their order; of more than `limit`, every second, third, … one. Those that have given way are left out. */
  sampleAfter(number: number, limit: number): ResourceId[] {
    const from = Math.max(number, this.#last - this.#ids.length)
    const step = Math.max(1, Math.ceil((this.#last - from) / limit))
    const ids: ResourceId[] = []
    for (let at = from; at < this.#last; at += step) ids.push(this.#ids[at % this.#ids.length] as ResourceId)
    return ids
  }
}
