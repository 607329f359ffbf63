import type { Socket } from 'node:net'
import { classify } from '../classify.ts'
import { MOST_IDLE_MS } from '../exchange.ts'
import type { Answer, AnyExchange, Again } from '../exchange.ts'
import { failure, isFailure } from '../flight.ts'
import type { Failure, Flight } from '../flight.ts'
import type { Request } from '../request.ts'
import { ERROR } from './frames.ts'
import type { Field } from './hpack.ts'
import { Http2Connection, saying } from './http2-connection.ts'
import type { StreamHooks } from './http2-connection.ts'
import { requestBlock } from './request-block.ts'
import { responseHead } from './response-head.ts'

/** HTTP/2 on one TLS connection that is already there, one request at a time. */
export class Http2Exchange implements AnyExchange, StreamHooks {
  /** Bodies have streams of their own: none is ever taken for the next answer. */
  readonly bodyTold = false
  readonly #origin: string
  readonly #socket: Socket
  readonly #keep: boolean
  readonly #connection: Http2Connection
  #done: ((answer: Answer | Failure) => void) | null = null
  #again: Again | null = null
  /** The request that waits until the server allows a stream. */
  #waits: Buffer | null = null
  #block: Buffer | null = null
  /** Streams that the server allows at a time. */
  #allowed = Infinity
  #goingAway = false
  #clean = true

  /** `keep`: the connection may serve further requests. */
  constructor(origin: string, socket: Socket, keep: boolean) {
    this.#origin = origin
    this.#socket = socket
    this.#keep = keep
    this.#connection = new Http2Connection(socket, this)
    socket.on('error', (error) => this.broken(classify(error)))
    socket.on('close', () => this.broken(GONE))
    if (keep) socket.setTimeout(MOST_IDLE_MS, () => this.#done ?? this.close())
    socket.resume()
  }

  /** Whether another request may go out. */
  get reusable(): boolean {
    return this.#keep && this.#clean && !this.#goingAway && this.#allowed > 0 && !this.#socket.destroyed
  }

  /** How a request that has failed may be sent once more, though it is not known to be harmless: the server has not begun it. */
  get again(): Again | null {
    return this.#again
  }

  /** Sends a request and resolves with the head of its answer, as Flight step 'wait'. */
  ask(flight: Flight, request: Request): Promise<Answer | Failure> {
    return flight.step<Answer>('wait', (done) => {
      this.#done = done
      this.#again = null
      this.#clean = false
      this.#connection.begin()
      const block = requestBlock(request, this.#origin)
      if (isFailure(block)) this.broken(block)
      else if (this.#socket.destroyed)
        this.broken(this.#socket.errored === null ? GONE : classify(this.#socket.errored))
      else this.#send(block)
      return () => this.close()
    })
  }

  /** Calls `gone` when the connection has ended, for whatever reason. */
  onceGone(gone: () => void): void {
    this.#socket.on('close', gone)
  }

  /** Destroys the connection. */
  close(): void {
    this.#socket.destroy()
  }

  fields(fields: readonly Field[], ended: boolean): void {
    // Trailers, or what comes after a stream was given up.
    if (this.#done === null) return
    const head = responseHead(fields)
    if (typeof head === 'string') return this.broken(failure('protocol', head))
    if (head.status === 101) return this.broken(failure('protocol', 'an upgrade that was not asked for'))
    if (head.status < 200) {
      if (ended) this.broken(failure('protocol', 'an answer that ends before its head'))
      return
    }
    this.#clean = true
    if (this.reusable && !ended) this.#connection.cancel()
    const { status, location, retryAfter } = head
    this.#settle({ status, statusText: '', httpVersion: '2', location, retryAfter })
  }

  data(): void {
    if (this.#done !== null) this.broken(failure('protocol', 'a body before its head'))
  }

  reset(error: number): void {
    if (this.#done === null || this.#waits !== null) return
    if (error === ERROR.refusedStream && this.#allowed === 0) {
      this.#waits = this.#block
      return
    }
    this.#failed(
      failure(error === ERROR.none ? 'closed' : 'reset', saying('the server ended the stream', error)),
      error,
      error === ERROR.refusedStream,
    )
  }

  goingAway(error: number, takesIt: boolean): void {
    this.#goingAway = true
    if (this.#done === null) this.close()
    else if (!takesIt || this.#waits !== null)
      this.#failed(
        failure('closed', saying('the server closed the connection before an answer', error)),
        error,
        error === ERROR.none || error === ERROR.refusedStream,
      )
  }

  allows(streams: number): void {
    this.#allowed = streams
    if (this.#waits !== null) this.#send(this.#waits)
  }

  broken(why: Failure): void {
    this.#clean = false
    this.#settle(why)
    this.close()
  }

  #send(block: Buffer): void {
    const waits = this.#allowed === 0
    this.#waits = waits ? block : null
    this.#block = block
    if (!waits) this.#connection.open(block)
  }

  /** `unbegun`: the server says that it has not begun with the request, which RFC 9113, section 8.7, lets a client send once more. */
  #failed(why: Failure, error: number, unbegun: boolean): void {
    if (error === ERROR.http11Required) this.#again = 'http/1.1'
    else if (unbegun) this.#again = 'same'
    this.broken(why)
  }

  #settle(answer: Answer | Failure): void {
    const done = this.#done
    this.#done = null
    this.#waits = null
    this.#block = null
    done?.(answer)
  }
}

const GONE = failure('closed', 'closed before an answer')
