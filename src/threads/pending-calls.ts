/**
 * The end of a thread, with which calls to it are raced. `Promise.race` with a promise that lives as long as the thread would
 * leave a reaction on that promise for every call; here nothing is left of a call that was answered.
 */
export class PendingCalls {
  #error: Error | null = null
  readonly #rejects = new Set<(error: Error) => void>()

  /** Rejects all calls that are not answered yet, and those that come later. The first error holds. */
  rejectAll(error: Error): void {
    this.#error ??= error
    for (const reject of this.#rejects) reject(this.#error)
    this.#rejects.clear()
  }

  /** Settles as `call` does, or rejects when the end comes first. */
  track<T>(call: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#error === null) this.#rejects.add(reject)
      else reject(this.#error)
      call.then(
        (value) => {
          this.#rejects.delete(reject)
          resolve(value)
        },
        (error: unknown) => {
          this.#rejects.delete(reject)
          reject(error)
        },
      )
    })
  }
}
