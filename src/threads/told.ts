/** Values that one side tells as they come up and the other side asks for, one after the other. */
export class Told<T> {
  readonly #told: T[] = []
  #asking: ((value: T) => void) | null = null

  tell(value: T): void {
    if (this.#asking === null) {
      this.#told.push(value)
    } else {
      this.#asking(value)
      this.#asking = null
    }
  }

  /** Resolves with the next value, which is then told. One may ask at a time. */
  next(): Promise<T> {
    const value = this.#told.shift()
    if (value !== undefined) return Promise.resolve(value)
    return new Promise((resolve) => (this.#asking = resolve))
  }
}
