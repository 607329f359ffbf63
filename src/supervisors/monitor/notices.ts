/** The most messages that wait for a monitor. With more, the oldest is dropped. */
const MAX_WAITING = 100

interface Shower {
  /** Returns false while no monitor runs. */
  send(message: { readonly type: 'notices'; readonly lines: string }): boolean
}

/**
 * Lines for people. With a live view they are on it, while a monitor draws it; what comes while none does waits for the next one, or for the
 * end. Otherwise they go to standard error.
 */
export class Notices {
  readonly #stderr: (lines: string) => void
  #monitor: (() => Shower) | null
  #hasMonitor = false
  readonly #waiting: string[] = []

  /** `monitor` gives what draws the live view, and is not called before one has started; null: there is no live view. */
  constructor(stderr: (lines: string) => void, monitor: (() => Shower) | null) {
    this.#stderr = stderr
    this.#monitor = monitor
  }

  /** Shows or writes lines. */
  log(lines: string): void {
    if (this.#monitor === null) return this.#stderr(lines)
    if (this.#hasMonitor && this.#monitor().send({ type: 'notices', lines })) return
    this.#waiting.push(lines)
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()
  }

  /** A monitor has started. */
  monitorStarted(): void {
    this.#hasMonitor = true
    this.#logWaiting()
  }

  /** The live view has left the terminal. */
  end(): void {
    this.#monitor = null
    this.#logWaiting()
  }

  #logWaiting(): void {
    for (const lines of this.#waiting.splice(0)) this.log(lines)
  }
}
