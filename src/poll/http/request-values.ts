/** Contents of a file, or a token. */
export class RequestValue {
  bytes: Buffer = Buffer.alloc(0)
  /** Why there is no token; '' if there is one, or if it has not been sent yet. */
  problem = ''
  /** Bounded by the polls in flight. */
  readonly #waiting = new Set<() => void>()

  /** Calls `done` when it is sent the next time. Returns what ends the wait. */
  onNext(done: () => void): () => void {
    this.#waiting.add(done)
    return () => this.#waiting.delete(done)
  }

  /** It has been sent. */
  set(bytes: Uint8Array, problem: string): void {
    this.bytes = Buffer.from(bytes)
    this.problem = problem
    for (const done of this.#waiting) done()
    this.#waiting.clear()
  }
}

/** What requests of a poller need from files, by their paths, and tokens. Main sends them and what they change to. Bounded by main. */
export class RequestValues {
  readonly #values = new Map<string, RequestValue>()

  /** The value with this key, also if it has not been sent yet. The object stays the same when it changes. */
  of(key: string): RequestValue {
    const value = this.#values.get(key) ?? new RequestValue()
    this.#values.set(key, value)
    return value
  }

  /** No settings name it any more. Polls in flight keep what they have. */
  forget(key: string): void {
    this.#values.delete(key)
  }
}
