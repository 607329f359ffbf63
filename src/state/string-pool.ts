/**
 * Texts that mostly are the same handful, each kept once, as long as somebody has its number. Bounded by those who have one.
 */
export class StringPool {
  /** By number; '' has 0, and is nobody's. */
  readonly #texts: string[] = ['']
  /** How many have each. */
  readonly #refCounts: number[] = [0]
  readonly #numbers = new Map<string, number>()
  /** Numbers that nobody has any more. */
  readonly #freeNumbers: number[] = []

  /** How many texts are kept, '' aside. */
  get size(): number {
    return this.#numbers.size
  }

  /** The number of `text`, for who had `before` until now: 0 for none. */
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
