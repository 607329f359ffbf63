import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import { VERDICTS } from '../../resource/resource.ts'
import type { ResourceId, Verdict } from '../../resource/resource.ts'

/** Counts how many consecutive polls of each URL have found its verdict. Bounded by the list. */
export class ConsecutivePolls {
  /** The index in VERDICTS of what was found last; 0: nothing. */
  #verdict = new Uint8Array(64)
  #count = new Uint32Array(64)

  /** Adds a poll. Returns the count; 0 for `unknown`, which is not counted and does not end the streak. */
  add(id: ResourceId, verdict: Verdict): number {
    if (verdict === 'unknown') return 0
    this.#verdict = ensureCapacity(this.#verdict, id + 1)
    this.#count = ensureCapacity(this.#count, id + 1)
    const code = VERDICTS.indexOf(verdict)
    const count = this.#verdict[id] === code ? (this.#count[id] as number) + 1 : 1
    this.#verdict[id] = code
    this.#count[id] = count
    return count
  }

  /** A URL has left its list. */
  forget(id: ResourceId): void {
    if (id < this.#verdict.length) this.#verdict[id] = 0
  }
}
