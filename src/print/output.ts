import { SonicBoom } from 'sonic-boom'

/** Text that waits for a slow reader, in characters; past this, what comes is dropped and counted rather than held. */
const MOST_WAITING = 64 * 1024 * 1024

/**
 * Standard output, or a file: the only door to sonic-boom, which writes without blocking the thread, one write at a
 * time, and tries again when a pipe is full.
 */
export class Output {
  readonly #stream: SonicBoom
  readonly #failed = new Set<string>()
  #gone = false
  #dropped = 0
  readonly #waiting: (() => void)[] = []

  /**
   * `failed` hears the code of each kind of error once. After 'EPIPE' the reader has gone, and all that follows is
   * dropped; after any other (a full disk) what waits is tried again with the next write.
   */
  constructor(fd: number, failed: (code: string) => void) {
    this.#stream = new SonicBoom({ fd, sync: false, maxLength: MOST_WAITING })
    this.#stream.on('drop', () => this.#dropped++)
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message
      if (code === 'EPIPE') this.#gone = true
      if (!this.#failed.has(code)) {
        this.#failed.add(code)
        failed(code)
      }
      this.#flushed()
    })
  }

  /** How many writes were dropped. */
  get dropped(): number {
    return this.#dropped
  }

  write(text: string): void {
    if (this.#gone) this.#dropped++
    else this.#stream.write(text)
  }

  /** Resolves when all that was written is out, or can't be. */
  flush(): Promise<void> {
    if (this.#gone) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#stream.flush(() => this.#flushed())
    })
  }

  #flushed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
