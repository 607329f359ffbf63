import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Attempt } from '../../poll/attempt/attempt.ts'
import { classify } from '../../poll/attempt/classify.ts'
import { failure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'

/** The longest line with its end, in bytes. */
const MAX_LINE = 65_536

/** The other polls of the thread get their turn after so many lines. */
const LINES_PER_TURN = 256

const NEWLINE = 0x0a
const NOTHING = Buffer.alloc(0)

/** Reads lines from a connected socket, until `release`. */
export class LineReader {
  readonly #socket: Socket
  #received: Buffer = NOTHING
  /** How far no end of a line was found. */
  #searched = 0
  #end: 'eof' | Failure | null = null
  #changed: () => void = () => {}
  #lines = 0

  /** The socket is paused, without listeners. */
  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', this.#take).on('error', this.#fail).on('end', this.#finish).on('close', this.#finish)
    socket.resume()
  }

  /**
   * The next line, without its end; null if the server has sent all. What comes after the last end of a line is one too. A Failure:
   * timeout, reset, tls, local; protocol for a line that is too long.
   */
  async next(attempt: Attempt): Promise<string | null | Failure> {
    if (++this.#lines % LINES_PER_TURN === 0) await nextTurn()
    const found = this.#takeLine()
    if (found !== undefined) return found
    return attempt.step<string | null>('wait', (done) => {
      this.#changed = () => {
        const later = this.#takeLine()
        if (later === undefined) return
        this.#changed = () => {}
        done(later)
      }
      this.#socket.resume()
      return () => (this.#changed = () => {})
    })
  }

  /** Reads no more. What was received and not asked for is lost. The socket is as it was before. */
  release(): void {
    const socket = this.#socket.pause()
    socket
      .off('data', this.#take)
      .off('error', this.#fail)
      .off('end', this.#finish)
      .off('close', this.#finish)
  }

  /** Undefined: more has to come. */
  #takeLine(): string | null | Failure | undefined {
    const at = this.#received.indexOf(NEWLINE, this.#searched)
    if (at >= MAX_LINE || (at === -1 && this.#received.length >= MAX_LINE))
      return failure('protocol', `a line of more than ${MAX_LINE} bytes`)
    if (at !== -1) {
      const line = this.#received.subarray(0, at)
      this.#received = this.#received.subarray(at + 1)
      this.#searched = 0
      return textOf(line)
    }
    this.#searched = this.#received.length
    if (this.#end === null) return undefined
    if (this.#end !== 'eof') return this.#end
    if (this.#received.length === 0) return null
    const last = textOf(this.#received)
    this.#received = NOTHING
    this.#searched = 0
    return last
  }

  readonly #take = (chunk: Buffer): void => {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    if (this.#received.length > MAX_LINE) this.#socket.pause()
    this.#changed()
  }

  readonly #fail = (error: Error): void => {
    this.#end ??= classify(error)
    this.#changed()
  }

  readonly #finish = (): void => {
    this.#end ??= 'eof'
    this.#changed()
  }
}

function textOf(line: Buffer): string {
  return line.toString('utf8', 0, line.at(-1) === 0x0d ? line.length - 1 : line.length)
}
