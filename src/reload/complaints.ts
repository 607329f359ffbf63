/** Complaints of one reading that are said; more are counted. */
const MOST_COMPLAINTS = 100

/** Complaints of a reading, which are said only when it is taken over. Bounded. */
export class Complaints {
  readonly #lines: string[] = []
  #more = 0

  get lines(): readonly string[] {
    return this.#more === 0 ? this.#lines : [...this.#lines, `and ${this.#more} more that can't be polled`]
  }

  add(line: string): void {
    if (this.#lines.length < MOST_COMPLAINTS) this.#lines.push(line)
    else this.#more++
  }
}
