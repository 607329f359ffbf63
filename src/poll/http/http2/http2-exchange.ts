import type { Socket } from 'node:net'
import { classify } from '../../attempt/classify.ts'
import type { BodyReader } from '../body-reader.ts'
import { MAX_IDLE_MS } from '../exchange.ts'
import type { HttpResponse, Exchange, RetryProtocol } from '../exchange.ts'
import { failure, isFailure } from '../../attempt/failure.ts'
import type { Failure } from '../../attempt/failure.ts'
import type { Attempt } from '../../attempt/attempt.ts'
import type { Request } from '../request.ts'
import { CLOSED, inBody } from '../response-failures.ts'
import { BodyLength } from './body-length.ts'
import { connectionClosed, streamReset } from './ended-by-server.ts'
import { ERROR } from './frames.ts'
import type { Field } from './hpack.ts'
import { Http2Connection } from './http2-connection.ts'
import { requestBlock } from './request-block.ts'
import { responseOf } from './response-of-fields.ts'
import type { StreamHooks } from './stream-hooks.ts'

/** HTTP/2 on one open TLS connection, one request at a time. */
export class Http2Exchange implements Exchange, StreamHooks {
  /** Bodies belong to their streams, so that none is mistaken for the next response. */
  readonly bodyAnnounced = false
  readonly #origin: string
  readonly #socket: Socket
  readonly #keepAlive: boolean
  readonly #connection: Http2Connection
  #done: ((response: HttpResponse | Failure) => void) | null = null
  #retryProtocol: RetryProtocol | null = null
  /** A request that waits until the server allows a stream. */
  #queuedBlock: Buffer | null = null
  /** The present request. */
  #block: Buffer | null = null
  #body: Buffer | null = null
  /** Number of concurrent streams that the server allows. */
  #maxStreams = Infinity
  #request: Request | null = null
  /** The response whose body is being read. */
  #response: HttpResponse | null = null
  #length: BodyLength | null = null
  #bodyHasEnded = false
  #goingAway = false
  /** No request is unfinished and the connection has not failed. */
  #clean = true

  /** `keepAlive`: the connection may serve more requests. */
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

  get reusable(): boolean {
    const isOpen = !this.#goingAway && !this.#socket.destroyed
    return isOpen && this.#keepAlive && this.#clean && this.#maxStreams > 0
  }

  get retryProtocol(): RetryProtocol | null {
    return this.#retryProtocol
  }

  send(attempt: Attempt, request: Request): Promise<HttpResponse | Failure> {
    return attempt.step<HttpResponse>('wait', (done) => {
      this.#done = done
      this.#retryProtocol = null
      this.#request = request
      this.#bodyHasEnded = false
      this.#clean = false
      this.#connection.startRequest()
      this.#body = request.body ?? null
      const block = requestBlock(request, this.#origin)
      if (isFailure(block)) this.onFailure(block)
      else if (this.#socket.destroyed)
        this.onFailure(this.#socket.errored === null ? CLOSED : classify(this.#socket.errored))
      else this.#send(block)
      return () => {
        this.#response?.body?.destroy()
        this.close()
      }
    })
  }

  onClose(closed: () => void): void {
    this.#socket.on('close', closed)
  }

  close(): void {
    this.#socket.destroy()
  }

  onFields(fields: readonly Field[], ended: boolean): void {
    // Trailers, or fields that arrive after the stream was cancelled.
    if (this.#done === null || this.#bodyHasEnded) return
    if (this.#response !== null && ended) return this.#take(this.#response, null, true)
    if (this.#response !== null)
      return this.onFailure(failure('protocol', 'header fields in the middle of the body'))
    const response = responseOf(fields, ended, this.#request?.keepsFields === true)
    if (response === null) return
    if (isFailure(response)) return this.onFailure(response)
    const reader = this.#request?.openBody?.(response) ?? null
    if (reader !== null) return this.#readBody(response, reader, fields, ended)
    this.#clean = true
    if (this.reusable && !ended) this.#connection.cancel()
    this.#settle(response)
  }

  onData(bytes: Buffer, ended: boolean): boolean {
    if (this.#done === null || this.#bodyHasEnded) return false
    const response = this.#response
    if (response === null) {
      this.onFailure(failure('protocol', 'body data before the head of the answer'))
      return false
    }
    this.#take(response, bytes, ended)
    return this.#response !== null
  }

  #readBody(response: HttpResponse, reader: BodyReader, fields: readonly Field[], ended: boolean): void {
    this.#length = response.status === 304 ? null : new BodyLength(fields)
    response.body = reader
    reader.source = this.#socket
    this.#response = response
    reader.onDone = () => {
      this.#clean = true
      if (!this.#bodyHasEnded && this.reusable) this.#connection.cancel()
      this.#settle(response)
    }
    if (ended) this.#take(response, null, true)
  }

  #take({ body }: HttpResponse, bytes: Buffer | null, ended: boolean): void {
    const wrong = this.#length?.add(bytes?.length ?? 0, ended) ?? null
    if (wrong !== null) return this.onFailure(wrong)
    if (bytes !== null) body?.push(bytes)
    if (!ended || this.#response === null) return
    this.#bodyHasEnded = true
    body?.end()
  }

  onReset(error: number): void {
    if (this.#done === null || this.#queuedBlock !== null || this.#bodyHasEnded) return
    if (error === ERROR.refusedStream && this.#maxStreams === 0) {
      this.#queuedBlock = this.#block
      return
    }
    this.#fail(streamReset(error), error, error === ERROR.refusedStream)
  }

  onGoAway(error: number, accepted: boolean): void {
    this.#goingAway = true
    if (this.#done === null) this.close()
    else if (!accepted || this.#queuedBlock !== null)
      this.#fail(connectionClosed(error), error, error === ERROR.none || error === ERROR.refusedStream)
  }

  onMaxStreams(streams: number): void {
    this.#maxStreams = streams
    if (this.#queuedBlock !== null) this.#send(this.#queuedBlock)
  }

  onFailure(why: Failure): void {
    this.#clean = false
    // A body that has ended is still being decoded.
    if (!this.#bodyHasEnded) {
      this.#response?.body?.destroy()
      this.#settle(this.#response === null ? why : inBody(why))
    }
    this.close()
  }

  #send(block: Buffer): void {
    const waits = this.#maxStreams === 0
    this.#queuedBlock = waits ? block : null
    this.#block = block
    if (!waits) this.#connection.open(block, this.#body)
  }

  /** `unprocessed`: the server says that it did not process the request. A client may repeat it then (RFC 9113, section 8.7). */
  #fail(why: Failure, error: number, unprocessed: boolean): void {
    if (error === ERROR.http11Required) this.#retryProtocol = 'http/1.1'
    else if (unprocessed) this.#retryProtocol = 'same'
    this.onFailure(why)
  }

  #settle(response: HttpResponse | Failure): void {
    const done = this.#done
    this.#done = null
    this.#response = null
    this.#request = null
    this.#queuedBlock = null
    this.#block = null
    this.#body = null
    done?.(response)
  }
}
