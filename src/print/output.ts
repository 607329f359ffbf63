import { fstatSync, write } from 'node:fs'
import { Socket } from 'node:net'
import type { Fill } from '../state/bounds.ts'

/** Text that waits for a slow reader, in characters; past this, what comes is dropped and counted rather than held. */
const MOST_WAITING = 64 * 1024 * 1024

/** What waits is written in blocks of about this many characters: what a pipe of Linux holds. */
const BLOCK = 64 * 1024

/** A terminal that takes nothing right now is tried again after this, in ms. */
const AGAIN_MS = 10

/** How an Output can be made; for tests. */
interface OutputOptions {
  readonly mostWaiting?: number
}

/**
 * Standard output, or a file, written without blocking the thread, one block at a time. A pipe goes through a Socket,
 * which waits for its reader in the event loop: a `write` of `node:fs` would wait in a thread of the libuv pool and keep
 * the process from exiting until somebody reads.
 */
export class Output {
  readonly #fd: number
  readonly #failed: (code: string) => void
  readonly #mostWaiting: number
  readonly #pipe: Socket | null
  readonly #codes = new Set<string>()
  readonly #flushes = new Set<Flush>()
  readonly #blocks: string[] = []
  /** Characters in `#blocks`. */
  #waiting = 0
  /** What is left of the block that is being written. */
  #rest: Buffer = Buffer.alloc(0)
  #writing = false
  #gone = false
  #dropped = 0

  /**
   * `failed` hears the code of each kind of error once. After an error of a pipe ('EPIPE': its reader has gone), all that
   * follows is dropped; after one of a file ('ENOSPC': no space left), what waits is tried again with the next write.
   */
  constructor(
    fd: number,
    failed: (code: string) => void,
    { mostWaiting = MOST_WAITING }: OutputOptions = {},
  ) {
    this.#fd = fd
    this.#failed = failed
    this.#mostWaiting = mostWaiting
    const kind = fstatSync(fd)
    this.#pipe = kind.isFIFO() || kind.isSocket() ? new Socket({ fd, readable: false, writable: true }) : null
    this.#pipe?.on('error', (error) => this.#fail(error))
  }

  /** How many writes were dropped. */
  get dropped(): number {
    return this.#dropped
  }

  /** Characters that were written and are not out yet. */
  get waiting(): number {
    return this.#waiting + this.#rest.length
  }

  /** Characters that wait. */
  get fill(): Fill {
    return { used: this.#waiting, most: this.#mostWaiting }
  }

  write(text: string): void {
    if (this.#gone || this.#waiting + text.length > this.#mostWaiting) {
      this.#dropped++
      return
    }
    const last = this.#blocks.length - 1
    if (last >= 0 && (this.#blocks[last] as string).length < BLOCK) this.#blocks[last] += text
    else this.#blocks.push(text)
    this.#waiting += text.length
    this.#next()
  }

  /**
   * Resolves when all that was written is out (true), or can't be (false): writing failed, or the reader has taken nothing
   * for `stalledMs` (null: as long as it may take). So a slow reader has all the time it uses, and one that reads no more
   * keeps nobody waiting.
   */
  flush(stalledMs: number | null): Promise<boolean> {
    if (this.#gone) return Promise.resolve(false)
    return new Promise((resolve) => {
      this.#flushes.add(new Flush(resolve, stalledMs))
      this.#next()
    })
  }

  #next(): void {
    if (this.#writing) return
    if (this.#rest.length === 0) {
      const block = this.#blocks.shift()
      if (block === undefined) return this.#flushed(true)
      this.#waiting -= block.length
      this.#rest = Buffer.from(block)
    }
    this.#writing = true
    const { length } = this.#rest
    // An error of the Socket comes as its 'error' event too.
    if (this.#pipe !== null) this.#pipe.write(this.#rest, (error) => error == null && this.#wrote(length))
    else
      write(this.#fd, this.#rest, (error, bytes) => (error === null ? this.#wrote(bytes) : this.#fail(error)))
  }

  #wrote(bytes: number): void {
    this.#writing = false
    this.#rest = this.#rest.subarray(bytes)
    for (const flush of this.#flushes) flush.progress()
    this.#next()
  }

  #fail(error: NodeJS.ErrnoException): void {
    const code = error.code ?? error.message
    if (code === 'EAGAIN') {
      setTimeout(() => this.#again(), AGAIN_MS)
      return
    }
    this.#writing = false
    if (this.#pipe !== null) {
      this.#gone = true
      this.#blocks.length = 0
      this.#waiting = 0
      this.#rest = Buffer.alloc(0)
    }
    if (!this.#codes.has(code)) {
      this.#codes.add(code)
      this.#failed(code)
    }
    this.#flushed(false)
  }

  #again(): void {
    this.#writing = false
    this.#next()
  }

  #flushed(out: boolean): void {
    for (const flush of this.#flushes) flush.end(out)
    this.#flushes.clear()
  }
}

/** One wait for all that was written. */
class Flush {
  readonly #resolve: (out: boolean) => void
  readonly #timer: NodeJS.Timeout | undefined

  constructor(resolve: (out: boolean) => void, stalledMs: number | null) {
    this.#resolve = resolve
    this.#timer = stalledMs === null ? undefined : setTimeout(() => resolve(false), stalledMs)
  }

  progress(): void {
    this.#timer?.refresh()
  }

  end(out: boolean): void {
    clearTimeout(this.#timer)
    this.#resolve(out)
  }
}
