import type { Socket } from 'node:net'
import { classify } from '../../attempt/classify.ts'
import { MAX_IDLE_MS } from '../exchange.ts'
import type { HttpResponse, Exchange, RetryProtocol } from '../exchange.ts'
import { failure, isFailure } from '../../attempt/attempt.ts'
import type { Failure, Attempt } from '../../attempt/attempt.ts'
import type { Request } from '../request.ts'
import { ERROR } from './frames.ts'
import type { Field } from './hpack.ts'
import { Http2Connection, withErrorName } from './http2-connection.ts'
import type { StreamHooks } from './http2-connection.ts'
import { requestBlock } from './request-block.ts'
import { responseHead } from './response-head.ts'

/** HTTP/2 on one TLS connection that is already there, one request at a time. */
export class Http2Exchange implements Exchange, StreamHooks {
  /** Bodies have streams of their own: none is ever taken for the next answer. */
  readonly bodyAnnounced = false
  readonly #origin: string
  readonly #socket: Socket
  readonly #keepAlive: boolean
  readonly #connection: Http2Connection
  #done: ((answer: HttpResponse | Failure) => void) | null = null
  #retryProtocol: RetryProtocol | null = null
  /** The request that waits until the server allows a stream. */
  #queuedBlock: Buffer | null = null
  #block: Buffer | null = null
  /** Streams that the server allows at a time. */
  #maxStreams = Infinity
  #goingAway = false
  #clean = true

  /** `keepAlive`: the connection may serve further requests. */
  constructor(origin: string, socket: Socket, keepAlive: boolean) {
    this.#origin = origin
    this.#socket = socket
    this.#keepAlive = keepAlive
    this.#connection = new Http2Connection(socket, this)
    socket.on('error', (error) => this.onFailure(classify(error)))
    socket.on('close', () => this.onFailure(CLOSED))
    if (keepAlive) socket.setTimeout(MAX_IDLE_MS, () => this.#done ?? this.close())
    socket.resume()
  }

  /** Whether another request may go out. */
  get reusable(): boolean {
    return (
      this.#keepAlive && this.#clean && !this.#goingAway && this.#maxStreams > 0 && !this.#socket.destroyed
    )
  }

  /** How a request that has failed may be sent once more, though it is not known to be harmless: the server has not begun it. */
  get retryProtocol(): RetryProtocol | null {
    return this.#retryProtocol
  }

  /** Sends a request and resolves with the head of its answer, as the step 'wait' of `attempt`. */
  send(attempt: Attempt, request: Request): Promise<HttpResponse | Failure> {
    return attempt.step<HttpResponse>('wait', (done) => {
      this.#done = done
      this.#retryProtocol = null
      this.#clean = false
      this.#connection.startRequest()
      const block = requestBlock(request, this.#origin)
      if (isFailure(block)) this.onFailure(block)
      else if (this.#socket.destroyed)
        this.onFailure(this.#socket.errored === null ? CLOSED : classify(this.#socket.errored))
      else this.#send(block)
      return () => this.close()
    })
  }

  /** Calls `gone` when the connection has ended, for whatever reason. */
  onClose(gone: () => void): void {
    this.#socket.on('close', gone)
  }

  /** Destroys the connection. */
  close(): void {
    this.#socket.destroy()
  }

  onFields(fields: readonly Field[], ended: boolean): void {
    // Trailers, or what comes after a stream was given up.
    if (this.#done === null) return
    const head = responseHead(fields)
    if (typeof head === 'string') return this.onFailure(failure('protocol', head))
    if (head.status === 101) return this.onFailure(failure('protocol', 'an upgrade that was not asked for'))
    if (head.status < 200) {
      if (ended) this.onFailure(failure('protocol', 'an answer that ends before its head'))
      return
    }
    this.#clean = true
    if (this.reusable && !ended) this.#connection.cancel()
    const { status, location, retryAfter } = head
    this.#settle({ status, statusText: '', httpVersion: '2', location, retryAfter })
  }

  onData(): void {
    if (this.#done !== null) this.onFailure(failure('protocol', 'a body before its head'))
  }

  onReset(error: number): void {
    if (this.#done === null || this.#queuedBlock !== null) return
    if (error === ERROR.refusedStream && this.#maxStreams === 0) {
      this.#queuedBlock = this.#block
      return
    }
    this.#failed(
      failure(error === ERROR.none ? 'closed' : 'reset', withErrorName('the server ended the stream', error)),
      error,
      error === ERROR.refusedStream,
    )
  }

  onGoAway(error: number, accepted: boolean): void {
    this.#goingAway = true
    if (this.#done === null) this.close()
    else if (!accepted || this.#queuedBlock !== null)
      this.#failed(
        failure('closed', withErrorName('the server closed the connection before an answer', error)),
        error,
        error === ERROR.none || error === ERROR.refusedStream,
      )
  }

  onMaxStreams(streams: number): void {
    this.#maxStreams = streams
    if (this.#queuedBlock !== null) this.#send(this.#queuedBlock)
  }

  onFailure(why: Failure): void {
    this.#clean = false
    this.#settle(why)
    this.close()
  }

  #send(block: Buffer): void {
    const waits = this.#maxStreams === 0
    this.#queuedBlock = waits ? block : null
    this.#block = block
    if (!waits) this.#connection.open(block)
  }

  /** `unbegun`: the server says that it has not begun with the request, which RFC 9113, section 8.7, lets a client send once more. */
  #failed(why: Failure, error: number, unprocessed: boolean): void {
    if (error === ERROR.http11Required) this.#retryProtocol = 'http/1.1'
    else if (unprocessed) this.#retryProtocol = 'same'
    this.onFailure(why)
  }

  #settle(answer: HttpResponse | Failure): void {
    const done = this.#done
    this.#done = null
    this.#queuedBlock = null
    this.#block = null
    done?.(answer)
  }
}

const CLOSED = failure('closed', 'closed before an answer')
