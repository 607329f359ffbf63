/** Values that one side tells as they come up and the other side asks for, one after the other. */
export class AsyncQueue<T> {
  readonly #values: T[] = []
  #resolveNext: ((value: T) => void) | null = null

  push(value: T): void {
    if (this.#resolveNext === null) {
      this.#values.push(value)
    } else {
      this.#resolveNext(value)
      this.#resolveNext = null
    }
  }

  /** Resolves with the next value, which is then told. One may ask at a time. */
  next(): Promise<T> {
    const value = this.#values.shift()
    if (value !== undefined) return Promise.resolve(value)
    return new Promise((resolve) => (this.#resolveNext = resolve))
  }
}
