/**
 * The calls to a thread that wait for their reply. When the thread ends, all of them reject. `Promise.race` with one promise
 * for the end of the thread would leave a reaction on that promise for every call; here a settled call leaves nothing.
 */
export class PendingCalls {
  #error: Error | null = null
  readonly #rejects = new Set<(error: Error) => void>()

  /** Rejects all calls without a reply, and all later ones. Only the first error is used. */
  rejectAll(error: Error): void {
    this.#error ??= error
    for (const reject of this.#rejects) reject(this.#error)
    this.#rejects.clear()
  }

  /** Settles like `call`, unless `rejectAll` comes first. */
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
