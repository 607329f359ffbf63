import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { WORDS } from './poll-words.ts'

/**
 * Polls of one block of URLs in one bucket of five minutes, until their sums are written. Bounded by the polls that a list makes in five
 * minutes: 16 bytes each.
 */
export class PollLog {
  #words = new Uint32Array(16 * WORDS)
  #size = 0
  /** Words that are in the journal already. */
  #journaled = 0

  get polls(): number {
    return this.#size / WORDS
  }

  add(place: number, durationAndStatus: number, reason: number, phases: number): void {
    const at = this.#size
    this.#words = ensureCapacity(this.#words, at + WORDS)
    this.#words[at] = place
    this.#words[at + 1] = durationAndStatus
    this.#words[at + 2] = reason
    this.#words[at + 3] = phases
    this.#size = at + WORDS
  }

  /** Adds polls that the journal has. */
  addJournaled(words: Uint32Array): void {
    for (let at = 0; at < words.length; at += WORDS)
      this.add(words[at] as number, words[at + 1] as number, words[at + 2] as number, words[at + 3] as number)
    this.#journaled = this.#size
  }

  /** All polls: a view, valid until the next is added. */
  words(): Uint32Array {
    return this.#words.subarray(0, this.#size)
  }

  /** The polls that the journal does not have; from now on it has them. A view, valid until the next is added. */
  takeNew(): Uint32Array {
    const from = this.#journaled
    this.#journaled = this.#size
    return this.#words.subarray(from, this.#size)
  }

  get hasNew(): boolean {
    return this.#journaled < this.#size
  }
}
