/**
 * The end of a thread, with which calls to it are raced. `Promise.race` with a promise that lives as long as the thread would
 * leave a reaction on that promise for every call; here nothing is left of a call that was answered.
 */
export class End {
  #error: Error | null = null
  readonly #open = new Set<(error: Error) => void>()

  /** Rejects all calls that are not answered yet, and those that come later. The first error holds. */
  reached(error: Error): void {
    this.#error ??= error
    for (const reject of this.#open) reject(this.#error)
    this.#open.clear()
  }

  /** Settles as `call` does, or rejects when the end comes first. */
  race<T>(call: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#error === null) this.#open.add(reject)
      else reject(this.#error)
      call.then(
        (value) => {
          this.#open.delete(reject)
          resolve(value)
        },
        (error: unknown) => {
          this.#open.delete(reject)
          reject(error)
        },
      )
    })
  }
}
