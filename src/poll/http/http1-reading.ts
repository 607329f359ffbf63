import { isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { BodyReader } from './body-reader.ts'
import { Http1Body } from './http1-body.ts'
import type { Head } from './parse-head.ts'
import { CLOSED } from './response-failures.ts'

/** The rest of a body of which enough is known is read all the same if it is no longer than this, in bytes: a connection costs more. */
const MAX_UNNEEDED = 65_536

/** It is waited for no longer than this, in ms: the result is known, and the poll takes so much longer. */
const MAX_UNNEEDED_MS = 50

/** What becomes of a body that is read. */
interface ReadingEvents {
  /** All of it has arrived. `isLast`: nothing followed it. */
  onEnd(isLast: boolean): void
  /** It has been decoded, or enough of it has. Comes after `onEnd`, or without it. */
  onDone(): void
  onFailure(why: Failure): void
}

/** The body of one HTTP/1 response while it is read. */
export class Http1Reading {
  readonly #body: Http1Body
  readonly #reader: BodyReader
  readonly #keepAlive: boolean
  readonly #events: ReadingEvents
  #hasEnded = false
  #isEnough = false
  /** A chunk is being read: how the body goes on is known behind it. */
  #isInChunk = false
  #timer: NodeJS.Timeout | null = null

  /** `keepAlive`: the connection can be used again after the body. */
  constructor(reader: BodyReader, framing: Head['body'], keepAlive: boolean, events: ReadingEvents) {
    this.#reader = reader
    this.#keepAlive = keepAlive
    this.#events = events
    this.#body = new Http1Body(framing, (bytes) => reader.push(bytes))
    reader.onDone = () => {
      this.#isEnough = true
      // A compressed body is decoded later, when no other chunk may come.
      if (!this.#isInChunk) this.#stopEarly()
    }
  }

  /** Whether the body has ended, so that only its decoding is waited for. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Whether the body has ended for the checks if the connection fails: enough of it is known, or its end is `why`. */
  endsWith(why: Failure): boolean {
    return this.#isEnough || (why === CLOSED && this.#body.endsWithConnection)
  }

  read(chunk: Buffer): void {
    this.#isInChunk = true
    const left = this.#body.push(chunk)
    this.#isInChunk = false
    if (isFailure(left)) return this.#events.onFailure(left)
    if (left !== null) return this.end(left === 0)
    if (this.#isEnough) this.#stopEarly()
  }

  /** The body has ended. `isLast`: nothing followed it. */
  end(isLast: boolean): void {
    this.#hasEnded = true
    this.#events.onEnd(isLast)
    if (this.#isEnough) this.#done()
    else this.#reader.end()
  }

  /** No time is left. If only the rest is waited for, the reading is done. */
  abort(): void {
    if (this.#timer === null) this.destroy()
    else this.#done()
  }

  /** Nobody waits for it any more. */
  destroy(): void {
    this.#stopWaiting()
    this.#reader.destroy()
  }

  /** Enough of the body is known. */
  #stopEarly(): void {
    if (this.#hasEnded || !this.#keepAlive || this.#body.remaining > MAX_UNNEEDED) this.#done()
    else this.#timer ??= setTimeout(() => this.#done(), MAX_UNNEEDED_MS)
  }

  #done(): void {
    this.#stopWaiting()
    this.#events.onDone()
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
