import type { Socket } from 'node:net'
import { Client } from 'undici'
import { classify } from './classify.ts'
import type { Failure, Flight } from './flight.ts'
import { MOST_HEAD } from './head.ts'
import type { Request } from './request.ts'

// The only door to undici for polls.

/** A kept connection that is idle for longer is closed, in ms. undici's own 4 s would close it before the next poll. */
export const MOST_IDLE_MS = 600_000

/** What a poll wants to know of the head of an answer. */
export interface Answer {
  readonly status: number
  /** As the server sent it, up to 200 characters; '' over HTTP/2, which has none. */
  readonly statusText: string
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string
  readonly location: string | null
  readonly retryAfter: string | null
}

/** What asks on one connection: an Exchange, or over HTTP/1 an Http1Exchange. */
export type AnyExchange = Pick<Exchange, keyof Exchange>

/**
 * HTTP/2 on one connection that is already there. undici's pools and agents keep what was aborted, and its connector
 * ignores deadlines, so each connection has a Client of its own, which never makes another.
 */
export class Exchange {
  readonly #client: Client
  readonly #socket: Socket
  readonly #keep: boolean
  #clean = true
  #bodyTold = false
  #failed: Error | null

  /** `keep`: the connection may serve further requests. */
  constructor(origin: string, socket: Socket, keep: boolean) {
    this.#keep = keep
    this.#socket = socket
    // The first error is the true one: what undici says later is often only that the connection has gone.
    this.#failed = socket.errored
    socket.on('error', (error) => (this.#failed ??= error))
    let given = false
    this.#client = new Client(origin, {
      connect: (_options, callback) => {
        // Not at once: undici would not notice that it is connected.
        queueMicrotask(() => {
          if (given) callback(new ConnectionGone(), null)
          else callback(null, socket)
          given = true
        })
      },
      allowH2: true,
      pipelining: 1,
      maxHeaderSize: MOST_HEAD,
      // One deadline for the whole poll, not these: they are coarse, and every 1xx sets them back.
      headersTimeout: 0,
      bodyTimeout: 0,
      // Who keeps the connection says when it is too old; a server that says so earlier is believed.
      keepAliveTimeout: MOST_IDLE_MS,
      keepAliveMaxTimeout: MOST_IDLE_MS,
      keepAliveTimeoutThreshold: 1_000,
    })
  }

  /** Whether another request may go out: the last answer came whole, and nothing came after it. */
  get reusable(): boolean {
    return this.#keep && this.#clean && !this.#socket.destroyed
  }

  /** Whether the last answer told of a body: then some servers send it, even after HEAD. */
  get bodyTold(): boolean {
    return this.#bodyTold
  }

  /** Sends a request and resolves with the head of its answer, as Flight step 'wait'. */
  ask(flight: Flight, request: Request): Promise<Answer | Failure> {
    return flight.step<Answer>('wait', (done) => {
      this.#clean = false
      this.#client.dispatch(request, {
        onRequestStart: () => {},
        onResponseStart: (_controller, status, headers) => {
          if (status < 200) return
          this.#bodyTold = status !== 204 && status !== 304 && first(headers['content-length']) !== '0'
          done(answerOf(status, headers))
        },
        onResponseData: () => {},
        onResponseEnd: () => {
          this.#clean = true
        },
        onResponseError: (_controller, error) => done(classify(this.#failed ?? error)),
      })
      return () => this.close()
    })
  }

  /** Calls `gone` when the connection has ended, for whatever reason. */
  onceGone(gone: () => void): void {
    this.#socket.once('close', gone)
  }

  /** Destroys the connection. */
  close(): void {
    if (!this.#client.destroyed) this.#client.destroy(CLOSING, () => {})
    // undici has not taken it when the request never left.
    this.#socket.destroy()
  }
}

function answerOf(status: number, headers: Headers): Answer {
  return {
    status,
    statusText: '',
    httpVersion: '2',
    location: first(headers['location']),
    retryAfter: first(headers['retry-after']),
  }
}

type Headers = Record<string, string | string[] | undefined>

function first(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null
}

/** With a code of its own: for one that says UND_ERR_SOCKET undici connects again, and again, without an end. */
class ConnectionGone extends Error {
  readonly code = 'CONNECTION_GONE'
}

/** One for all: a stack for each would cost more than the closing. */
const CLOSING = new Error('the poll is over')
