/** Each byte, with ASCII letters made lower case. */
const LOWER_CASE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
)

/**
 * A text to look for in the bytes of many others, whatever the case of its ASCII letters. It looks at the last byte first and then
 * moves on by as much as that byte allows (Horspool's algorithm), so that most bytes of most texts are not looked at.
 */
export class TextPattern {
  readonly #bytes: Uint8Array
  /** How far to move on, by the byte under the last one of the pattern; 0: it is that one. */
  readonly #shifts: Uint8Array
  /** How far to move on from there, when the others differ. */
  readonly #shift: number

  constructor(text: string) {
    this.#bytes = Buffer.from(text).map((byte) => LOWER_CASE[byte] as number)
    const last = this.#bytes.length - 1
    const farthest = Math.min(this.#bytes.length, 255)
    const shifts = new Uint8Array(256).fill(farthest)
    for (let n = Math.max(0, last - 254); n < last; n++) shifts[this.#bytes[n] as number] = last - n
    this.#shift = shifts[this.#bytes[last] ?? 0] as number
    if (last >= 0) shifts[this.#bytes[last] as number] = 0
    this.#shifts = shifts.map((_, byte) => shifts[LOWER_CASE[byte] as number] as number)
  }

  /** Whether the bytes from `from` up to `to` have the text in them. */
  isIn(bytes: Uint8Array, from: number, to: number): boolean {
    const pattern = this.#bytes
    const shifts = this.#shifts
    const last = pattern.length - 1
    if (last < 0) return true
    // This is the loop of a search of a million URLs.
    for (let end = from + last; end < to;) {
      const shift = shifts[bytes[end] as number] as number
      if (shift !== 0) {
        end += shift
        continue
      }
      const start = end - last
      let n = last - 1
      while (n >= 0 && LOWER_CASE[bytes[start + n] as number] === pattern[n]) n--
      if (n < 0) return true
      end += this.#shift
    }
    return false
  }
}
