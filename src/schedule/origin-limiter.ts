import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { NONE } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/**
 * Limits how many Resources of one origin are with its poller. The others that are due wait here. Without this limit, a dead
 * origin with thousands of URLs would fill its poller and make every other origin late. Bounded by the number of origins in
 * the list.
 */
export class OriginLimiter {
  readonly #links: Links
  readonly #maxLent: number
  #lent: Uint32Array
  /** The heads and tails of the waiting lists, by origin. */
  #head: Uint32Array
  #tail: Uint32Array

  constructor(links: Links, count: number, maxLent: number) {
    this.#links = links
    this.#maxLent = maxLent
    this.#lent = new Uint32Array(count)
    this.#head = new Uint32Array(count).fill(NONE)
    this.#tail = new Uint32Array(count).fill(NONE)
  }

  /** Makes room for origins whose numbers are below `count`. */
  grow(count: number): void {
    const before = this.#lent.length
    this.#lent = ensureCapacity(this.#lent, count)
    this.#head = ensureCapacity(this.#head, count).fill(NONE, before)
    this.#tail = ensureCapacity(this.#tail, count).fill(NONE, before)
  }

  /** Counts a Resource of the origin as lent and returns true. If the origin has no room, queues the Resource and returns false. */
  acquire(origin: number, id: number): boolean {
    if ((this.#lent[origin] as number) < this.#maxLent) {
      this.#lent[origin]! += 1
      return true
    }
    this.#links.next[id] = NONE
    const tail = this.#tail[origin] as number
    if (tail === NONE) this.#head[origin] = id
    else this.#links.next[tail] = id
    this.#tail[origin] = id
    return false
  }

  /** A Resource of the origin came back. Returns the Resource that has waited longest, or NONE. */
  release(origin: number): number {
    this.#lent[origin]! -= 1
    const id = this.#head[origin] as number
    if (id === NONE) return NONE
    this.#head[origin] = this.#links.next[id] as number
    if (this.#head[origin] === NONE) this.#tail[origin] = NONE
    return id
  }
}
