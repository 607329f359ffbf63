import type { Socket } from 'node:net'
import type { BodyReader } from './body-reader.ts'
import { isCompleteBody } from './complete-body.ts'
import { classify } from '../attempt/classify.ts'
import { cut } from '../attempt/decode-text.ts'
import { MAX_IDLE_MS } from './exchange.ts'
import type { HttpResponse, Exchange } from './exchange.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { HeadReader } from './head-reader.ts'
import type { Head } from './parse-head.ts'
import type { ReadBuffer } from '../attempt/read-buffer.ts'
import { Http1Reading } from './http1-reading.ts'
import type { Request } from './request.ts'
import { CLOSED, inBody } from './response-failures.ts'
import { serializeRequest } from './serialize-request.ts'

/** An idle connection is closed this long before the server would close it, in ms. */
const IDLE_MARGIN_MS = 1_000

/** Maximum length of a reason phrase, in UTF-16 units. The rest is cut off. */
const MAX_PHRASE = 200

const NO_REQUEST: Request = { method: 'HEAD', path: '', headers: [] }
const UNSOLICITED = failure('protocol', 'data arrived before the request was sent')
const EXCESS_DATA = failure('protocol', 'more data than one answer')

/**
 * HTTP/1 on one open connection. With undici instead, a HEAD cost the process 1.5 times as much CPU on fresh connections
 * and 1.9 times as much on kept ones (measured on 2026-11-24, AMD EPYC, Node 26.10.0). undici's parser, llhttp, also
 * rejects heads that curl and Go accept, and accepts some that both reject.
 */
export class Http1Exchange implements Exchange {
  readonly #host: string
  readonly #socket: Socket
  readonly #keepAlive: boolean
  readonly #reader = new HeadReader()
  #done: ((response: HttpResponse | Failure) => void) | null = null
  #requestCount = 0
  #request: Request = NO_REQUEST
  /** The body that is being read. */
  #reading: Http1Reading | null = null
  #awaitingResponse = false
  /** The last response is complete: nothing of it can still arrive. */
  #clean = true
  #bodyAnnounced = false
  #idleMs = 0

  /** `keepAlive`: the connection may serve more requests. `readBuffer`: where to read; null for the socket's stream. */
  constructor(origin: string, socket: Socket, keepAlive: boolean, readBuffer: ReadBuffer | null = null) {
    this.#host = origin.slice(origin.indexOf('//') + 2)
    this.#socket = socket
    this.#keepAlive = keepAlive
    if (readBuffer === null) socket.on('data', (chunk) => this.#read(chunk as Buffer))
    else readBuffer.onChunk = (chunk) => this.#read(chunk)
    socket.on('error', (error) => this.#fail(classify(error)))
    socket.on('close', () => this.#fail(CLOSED))
    socket.resume()
  }

  get reusable(): boolean {
    return this.#keepAlive && this.#clean && !this.#socket.destroyed
  }

  get bodyAnnounced(): boolean {
    return this.#bodyAnnounced
  }

  send(attempt: Attempt, request: Request): Promise<HttpResponse | Failure> {
    return attempt.step<HttpResponse>('wait', (done) => {
      this.#done = done
      this.#clean = false
      this.#request = request
      const text = serializeRequest(request, this.#host, this.#keepAlive)
      if (isFailure(text)) this.#fail(text)
      else if (this.#socket.destroyed) this.#fail(socketFailure(this.#socket))
      // On a kept connection, unsolicited data and its end must be seen before the request goes out. It takes two turns of
      // the event loop: in the present one, sockets may have been polled already.
      else if (this.#requestCount > 0) setImmediate(() => setImmediate(() => this.#write(text, request.body)))
      else this.#write(text, request.body)
      return () => {
        this.#reading?.abort()
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

  #write(text: string, body: Buffer | undefined): void {
    this.#requestCount++
    this.#awaitingResponse = true
    if (body === undefined) this.#socket.write(text, 'latin1')
    else this.#socket.write(Buffer.concat([Buffer.from(text, 'latin1'), body]))
  }

  #read(chunk: Buffer): void {
    if (this.#reading !== null && !this.#reading.hasEnded) return this.#reading.read(chunk)
    if (!this.#awaitingResponse) return this.#fail(UNSOLICITED)
    const read = this.#reader.read(chunk, this.#request.keepsFields === true)
    if (read === null) return
    if (isFailure(read)) return this.#fail(read)
    const { head, rest } = read
    const body = this.#request.method === 'HEAD' ? 0 : head.body
    // On a kept connection this may be the late body of an earlier response, with the true response after it.
    if (this.#requestCount > 1 && typeof body === 'number' && rest > body) return this.#fail(EXCESS_DATA)
    this.#awaitingResponse = false
    this.#bodyAnnounced = this.#request.method === 'HEAD' && head.body !== 0
    const response = {
      status: head.status,
      statusText: cut(head.phrase, MAX_PHRASE),
      httpVersion: head.version,
      location: head.location,
      retryAfter: head.retryAfter,
      fields: head.fields,
      body: null,
    }
    const bytes = chunk.subarray(chunk.length - rest)
    const reader = this.#request.openBody?.(response) ?? null
    if (reader !== null) return this.#readBody(response, reader, head, bytes)
    this.#end(head, isCompleteBody(body, bytes))
    this.#settle(response)
  }

  /** The response has ended. `isComplete`: there is no doubt about where, and nothing follows. */
  #end({ keepsAlive, status, keepAliveSeconds }: Head, isComplete: boolean): void {
    // A server that sends 408 is about to close the connection, whether its headers say so or not.
    this.#clean = keepsAlive && status !== 408 && isComplete
    if (this.reusable) this.#setIdleTimeout(keepAliveSeconds)
  }

  #readBody(response: HttpResponse, reader: BodyReader, head: Head, bytes: Buffer): void {
    response.body = reader
    reader.source = this.#socket
    this.#reading = new Http1Reading(reader, head.body, this.#keepAlive && head.keepsAlive, {
      onEnd: (isLast) => this.#end(head, isLast),
      onDone: () => this.#settle(response),
      onFailure: (why) => this.#fail(why),
    })
    this.#reading.read(bytes)
  }

  /** Closes the idle connection before the server does, and after MAX_IDLE_MS at the latest. */
  #setIdleTimeout(seconds: Head['keepAliveSeconds']): void {
    const ms = Math.min(seconds === null ? Infinity : seconds * 1_000 - IDLE_MARGIN_MS, MAX_IDLE_MS)
    if (ms <= 0) this.#clean = false
    else if (ms !== this.#idleMs) {
      if (this.#idleMs === 0) this.#socket.on('timeout', () => this.#done ?? this.close())
      this.#idleMs = ms
      this.#socket.setTimeout(ms)
    }
  }

  #fail(why: Failure): void {
    this.#clean = false
    const reading = this.#reading
    if (reading === null) this.#settle(why)
    else if (!reading.hasEnded) {
      if (reading.endsWith(why)) reading.end(false)
      else {
        reading.destroy()
        this.#settle(inBody(why))
      }
    }
    this.close()
  }

  #settle(response: HttpResponse | Failure): void {
    const done = this.#done
    this.#done = null
    this.#reading = null
    this.#request = NO_REQUEST
    done?.(response)
  }
}

function socketFailure(socket: Socket): Failure {
  return socket.errored === null ? CLOSED : classify(socket.errored)
}
