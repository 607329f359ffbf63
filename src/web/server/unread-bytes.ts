/** Answers that are made and not read may have so many bytes in all: each is kept until its client has it. */
export const MAX_UNREAD_BYTES = 64 * 1024 * 1024

/** Answers up to this length always have room, in bytes: the longest of them are few, and refusals are not much shorter. */
const MAX_SMALL_BYTES = 4_096

/** The bytes of all answers that are made, or being made, and not read. */
export class UnreadBytes {
  readonly #max: number
  #bytes = 0

  constructor(max: number = MAX_UNREAD_BYTES) {
    this.#max = max
  }

  /** Takes room for an answer. Returns what gives it back; null if there is none. An answer that is the only one always has room. */
  take(bytes: number): (() => void) | null {
    const isTooMuch = this.#bytes > 0 && this.#bytes + bytes > this.#max
    if (isTooMuch && bytes > MAX_SMALL_BYTES) return null
    this.#bytes += bytes
    return () => (this.#bytes -= bytes)
  }
}
