import { setTimeout as sleep } from 'node:timers/promises'

/** How long the first failure waits for an answer to others, in ms: pollers tell each other once a second. */
const FIRST_ANSWER_MS = 3_000

/** Whether anything behind one proxy has ever been reached. If not, nobody can tell who is to blame for a failure. */
export class ProxyEvidence {
  readonly #answered = Promise.withResolvers<void>()
  readonly #stopped = new AbortController()
  #hasAnswered = false
  #waited: Promise<void> | null = null

  get hasAnswered(): boolean {
    return this.#hasAnswered
  }

  /** Something behind the proxy has answered, or was connected with. */
  record(): void {
    this.#hasAnswered = true
    this.#answered.resolve()
  }

  /**
   * Resolves with whether something behind the proxy has answered. In one round many URLs are polled at once, so the first failure waits
   * for an answer to another; those that come later wait no longer than that one.
   */
  async isProven(): Promise<boolean> {
    if (!this.#hasAnswered) await (this.#waited ??= Promise.race([this.#answered.promise, this.#pause()]))
    return this.#hasAnswered
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#stopped.abort()
  }

  async #pause(): Promise<void> {
    try {
      await sleep(FIRST_ANSWER_MS, undefined, { signal: this.#stopped.signal })
    } catch {
      // Stopped.
    }
  }
}
