/**
 * Stores each different text once and gives it a number. A text is kept as long as its number is in use. Bounded by the numbers
 * in use.
 */
export class StringPool {
  /** By number; 0 is the empty text, which is never released. */
  readonly #texts: string[] = ['']
  /** How often each number is in use. */
  readonly #refCounts: number[] = [0]
  readonly #numbers = new Map<string, number>()
  /** Numbers that are no longer in use. */
  readonly #freeNumbers: number[] = []

  /** How many texts are stored, without the empty one. */
  get size(): number {
    return this.#numbers.size
  }

  /** Every number is below this. */
  get limit(): number {
    return this.#texts.length
  }

  /** Releases the number `before` (0: none) and returns the number of `text`. */
  replace(before: number, text: string): number {
    if (this.#texts[before] === text) return before
    this.#release(before)
    if (text === '') return 0
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.#freeNumbers.pop() ?? this.#texts.length
      this.#numbers.set(text, number)
      this.#texts[number] = text
      this.#refCounts[number] = 0
    }
    this.#refCounts[number] = (this.#refCounts[number] as number) + 1
    return number
  }

  /** The text with this number. */
  text(number: number): string {
    return this.#texts[number] as string
  }

  #release(number: number): void {
    if (number === 0) return
    const left = (this.#refCounts[number] as number) - 1
    this.#refCounts[number] = left
    if (left > 0) return
    this.#numbers.delete(this.text(number))
    this.#texts[number] = ''
    this.#freeNumbers.push(number)
  }
}
