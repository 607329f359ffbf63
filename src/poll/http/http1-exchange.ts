import type { Socket } from 'node:net'
import { isCompleteBody } from './complete-body.ts'
import { classify } from '../attempt/classify.ts'
import { MAX_IDLE_MS } from './exchange.ts'
import type { HttpResponse, Exchange } from './exchange.ts'
import { failure, isFailure } from '../attempt/attempt.ts'
import type { Failure, Attempt } from '../attempt/attempt.ts'
import { HeadReader } from './head-reader.ts'
import type { Head } from './head-reader.ts'
import type { ReadBuffer } from '../attempt/read-buffer.ts'
import { VALID_PATH, VALID_HEADER_VALUE } from './request.ts'
import type { Request } from './request.ts'

/** A kept connection goes this much before the server would close it, in ms. */
const IDLE_MARGIN_MS = 1_000

/** So much of a reason phrase is kept, in UTF-16 units. */
const MAX_PHRASE = 200

/**
 * HTTP/1 on one open connection. With undici in its place a HEAD cost the process 1.5 times as much CPU on fresh
 * connections and 1.9 times as much on kept ones (measured on 2026-11-24, AMD EPYC, Node 26.10.0). And llhttp, which undici
 * reads with, refuses heads that curl and Go accept, and accepts some that both refuse.
 */
export class Http1Exchange implements Exchange {
  readonly #host: string
  readonly #socket: Socket
  readonly #keepAlive: boolean
  readonly #reader = new HeadReader()
  #done: ((answer: HttpResponse | Failure) => void) | null = null
  /** Requests so far. */
  #requestCount = 0
  #method: Request['method'] = 'HEAD'
  /** The request has left, and its answer has not come. */
  #awaitingResponse = false
  #clean = true
  #bodyAnnounced = false
  #idleMs = 0

  /** `keepAlive`: the connection may serve further requests. `readBuffer`: where the socket is read, if not on its stream. */
  constructor(origin: string, socket: Socket, keepAlive: boolean, readBuffer: ReadBuffer | null = null) {
    this.#host = origin.slice(origin.indexOf('//') + 2)
    this.#socket = socket
    this.#keepAlive = keepAlive
    if (readBuffer === null) socket.on('data', (chunk) => this.#read(chunk as Buffer))
    else readBuffer.onChunk = (chunk) => this.#read(chunk)
    socket.on('error', (error) => this.#end(classify(error)))
    socket.on('close', () => this.#end(CLOSED))
    socket.resume()
  }

  /** Whether another request may go out: the last answer came whole, and nothing came after it. */
  get reusable(): boolean {
    return this.#keepAlive && this.#clean && !this.#socket.destroyed
  }

  /** Whether the last answer told of a body: then some servers send it, even after HEAD. */
  get bodyAnnounced(): boolean {
    return this.#bodyAnnounced
  }

  /** Sends a request and resolves with the head of its answer, as the step 'wait' of `attempt`. */
  send(attempt: Attempt, request: Request): Promise<HttpResponse | Failure> {
    return attempt.step<HttpResponse>('wait', (done) => {
      this.#done = done
      this.#clean = false
      this.#method = request.method
      const text = serializeRequest(request, this.#host, this.#keepAlive)
      if (isFailure(text)) this.#end(text)
      else if (this.#socket.destroyed) this.#end(socketFailure(this.#socket))
      // What came meanwhile, unasked for or the end, is seen before the request goes out. Two turns: the first may be one whose
      // sockets were looked at before now.
      else if (this.#requestCount > 0) setImmediate(() => setImmediate(() => this.#send(text)))
      else this.#send(text)
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

  #send(text: string): void {
    this.#requestCount++
    this.#awaitingResponse = true
    this.#socket.write(text, 'latin1')
  }

  #read(chunk: Buffer): void {
    if (!this.#awaitingResponse) return this.#end(UNSOLICITED)
    const read = this.#reader.read(chunk)
    if (read === null) return
    if (isFailure(read)) return this.#end(read)
    const { head, rest } = read
    const body = this.#method === 'HEAD' ? 0 : head.body
    // On a connection that was used before, this may be the late body of an earlier answer, with the true answer after it.
    if (this.#requestCount > 1 && typeof body === 'number' && rest > body) return this.#end(EXCESS_DATA)
    this.#awaitingResponse = false
    this.#bodyAnnounced = this.#method === 'HEAD' && head.body !== 0
    // With a 408 the server says that it is about to close the connection, in so many words or not.
    const stays = head.keepsAlive && head.status !== 408
    this.#clean = stays && isCompleteBody(body, chunk.subarray(chunk.length - rest))
    if (this.reusable) this.#setIdleTimeout(head.keepAliveSeconds)
    this.#settle({
      status: head.status,
      statusText: truncatePhrase(head.phrase),
      httpVersion: head.version,
      location: head.location,
      retryAfter: head.retryAfter,
    })
  }

  /** Who keeps the connection says when it is too old; a server that says so earlier is believed. */
  #setIdleTimeout(seconds: Head['keepAliveSeconds']): void {
    const ms = Math.min(seconds === null ? Infinity : seconds * 1_000 - IDLE_MARGIN_MS, MAX_IDLE_MS)
    if (ms <= 0) this.#clean = false
    else if (ms !== this.#idleMs) {
      if (this.#idleMs === 0) this.#socket.on('timeout', () => this.#done ?? this.close())
      this.#idleMs = ms
      this.#socket.setTimeout(ms)
    }
  }

  /** The connection is of no use any more. */
  #end(why: Failure): void {
    this.#clean = false
    this.#settle(why)
    this.close()
  }

  #settle(answer: HttpResponse | Failure): void {
    const done = this.#done
    this.#done = null
    done?.(answer)
  }
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/

const CLOSED = failure('closed', 'closed before an answer')
const UNSOLICITED = failure('protocol', 'an answer that was not asked for')
const EXCESS_DATA = failure('protocol', 'more than the answer that was asked for')

/** Not between the halves of a surrogate pair. */
function truncatePhrase(phrase: string): string {
  return phrase.length > MAX_PHRASE ? phrase.slice(0, MAX_PHRASE).replace(/[\ud800-\udbff]$/, '') : phrase
}

function socketFailure(socket: Socket): Failure {
  return socket.errored === null ? CLOSED : classify(socket.errored)
}

/**
 * The bytes of a request. The options were checked, and a URL holds no line break: this only makes sure.
 */
function serializeRequest(
  { method, path, headers }: Request,
  host: string,
  keepAlive: boolean,
): string | Failure {
  if (!VALID_PATH.test(path)) return failure('local', 'a path that can not be sent')
  let lines = `connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n`
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    const value = headers[at + 1] as string
    if (!NAME.test(name) || !VALID_HEADER_VALUE.test(value))
      return failure('local', 'a header that can not be sent')
    if (name === 'host') host = value
    else lines += `${name}: ${value}\r\n`
  }
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines}\r\n`
}
