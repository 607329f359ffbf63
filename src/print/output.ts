import { fstatSync, write } from 'node:fs'
import type { Socket } from 'node:net'
import type { Usage } from '../state/usage.ts'
import { TOO_SLOW } from './text/printer.ts'

/** Maximum number of characters that wait for a slow reader. Beyond it, writes are dropped and counted. */
const MAX_BUFFERED = 64 * 1024 * 1024

/** Waiting text is written in blocks of about this many characters, the capacity of a pipe on Linux. */
const BLOCK_LENGTH = 64 * 1024

/** A terminal that accepts nothing now is tried again after this time, in ms. */
const RETRY_MS = 10

/** Options of an Output. */
interface OutputOptions {
  readonly maxBuffered?: number
}

/**
 * Standard output, or a file, written without blocking the thread, one block at a time. A pipe goes through a Socket,
 * which waits for its reader in the event loop: a `write` of `node:fs` would wait in a thread of the libuv pool and keep
 * the process from exiting until somebody reads.
 */
export class Output {
  readonly #fd: number
  readonly #onError: (code: string) => void
  readonly #maxBuffered: number
  readonly #pipe: Socket | null
  readonly #reportedCodes = new Set<string>()
  readonly #flushes = new Set<Flush>()
  readonly #blocks: string[] = []
  /** Characters in `#blocks`. */
  #buffered = 0
  /** The rest of the block that is being written. */
  #unwritten: Buffer = Buffer.alloc(0)
  #writing = false
  #isBroken = false
  /** Set at the end: see `limit`. */
  #limitMs: number | null = null
  #isGivenUp = false
  #dropped = 0

  /**
   * `onError` gets each error code once, and TOO_SLOW if text is dropped before there is any. After an error of a pipe ('EPIPE': its reader
   * is gone), everything that follows is dropped. After one of a file ('ENOSPC': no space left), waiting text is tried again with the next write.
   */
  constructor(
    fd: number,
    onError: (code: string) => void,
    { maxBuffered = MAX_BUFFERED }: OutputOptions = {},
  ) {
    this.#fd = fd
    this.#onError = onError
    this.#maxBuffered = maxBuffered
    const kind = fstatSync(fd)
    this.#pipe = kind.isFIFO() || kind.isSocket() ? openPipe(fd) : null
    this.#pipe?.on('error', (error) => this.#handleError(error))
  }

  /** How many writes were dropped. */
  get dropped(): number {
    return this.#dropped
  }

  /** Text that is not written yet: characters that wait, plus the bytes left of the current block. */
  get bufferedLength(): number {
    return this.#buffered + this.#unwritten.length
  }

  /** Characters that wait, and their bound. */
  get usage(): Usage {
    return { used: this.#buffered, most: this.#maxBuffered }
  }

  write(text: string): void {
    if (this.#isBroken || this.#buffered + text.length > this.#maxBuffered) {
      this.#dropped++
      if (this.#reportedCodes.size === 0) this.#report(TOO_SLOW)
      return
    }
    const last = this.#blocks.length - 1
    if (last >= 0 && (this.#blocks[last] as string).length < BLOCK_LENGTH) this.#blocks[last] += text
    else this.#blocks.push(text)
    this.#buffered += text.length
    this.#writeNext()
  }

  /**
   * Resolves with true when everything is written, and with false if writing failed or the reader has taken nothing for
   * `stalledMs` (null: no limit). So a slow reader gets all the time it needs, and one that stopped reading delays nobody.
   */
  flush(stalledMs: number | null): Promise<boolean> {
    if (this.#isBroken || this.#isGivenUp) return Promise.resolve(false)
    return new Promise((resolve) => {
      const ended = (out: boolean) => {
        this.#isGivenUp ||= !out && this.#limitMs !== null
        resolve(out)
      }
      this.#flushes.add(new Flush(ended, this.#limitMs ?? stalledMs))
      this.#writeNext()
    })
  }

  /** From now on no flush, also none that waits already, waits longer than `stalledMs` for a reader, and none at all once one has. */
  limit(stalledMs: number): void {
    this.#limitMs = stalledMs
    for (const flush of this.#flushes) flush.limit(stalledMs)
  }

  #writeNext(): void {
    if (this.#writing) return
    if (this.#unwritten.length === 0) {
      const block = this.#blocks.shift()
      if (block === undefined) return this.#endFlushes(true)
      this.#buffered -= block.length
      this.#unwritten = Buffer.from(block)
    }
    this.#writing = true
    const { length } = this.#unwritten
    // The Socket also reports an error as its 'error' event.
    if (this.#pipe !== null)
      this.#pipe.write(this.#unwritten, (error) => error == null && this.#afterWrite(length))
    else
      write(this.#fd, this.#unwritten, (error, bytes) =>
        error === null ? this.#afterWrite(bytes) : this.#handleError(error),
      )
  }

  #afterWrite(bytes: number): void {
    this.#writing = false
    this.#unwritten = this.#unwritten.subarray(bytes)
    for (const flush of this.#flushes) flush.progress()
    this.#writeNext()
  }

  #handleError(error: NodeJS.ErrnoException): void {
    const code = error.code ?? error.message
    if (code === 'EAGAIN') {
      setTimeout(() => this.#retry(), RETRY_MS)
      return
    }
    this.#writing = false
    if (this.#pipe !== null) {
      this.#isBroken = true
      this.#blocks.length = 0
      this.#buffered = 0
      this.#unwritten = Buffer.alloc(0)
    }
    this.#report(code)
    this.#endFlushes(false)
  }

  #report(code: string): void {
    if (this.#reportedCodes.has(code)) return
    this.#reportedCodes.add(code)
    this.#onError(code)
  }

  #retry(): void {
    this.#writing = false
    this.#writeNext()
  }

  #endFlushes(out: boolean): void {
    for (const flush of this.#flushes) flush.end(out)
    this.#flushes.clear()
  }
}

/** node:net is loaded here, so that help in a terminal does without it. */
function openPipe(fd: number): Socket {
  const { Socket: Pipe } = process.getBuiltinModule('node:net')
  return new Pipe({ fd, readable: false, writable: true })
}

/** Resolves when everything written so far is out. */
class Flush {
  readonly #resolve: (out: boolean) => void
  #timer: NodeJS.Timeout | undefined

  constructor(resolve: (out: boolean) => void, stalledMs: number | null) {
    this.#resolve = resolve
    if (stalledMs !== null) this.limit(stalledMs)
  }

  limit(stalledMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#resolve(false), stalledMs)
  }

  progress(): void {
    this.#timer?.refresh()
  }

  end(out: boolean): void {
    clearTimeout(this.#timer)
    this.#resolve(out)
  }
}
