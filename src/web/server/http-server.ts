import { getRequestListener } from '@hono/node-server'
import type { HttpBindings as Bindings } from '@hono/node-server'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLoopbackAddress } from '../../settings/listen-address.ts'
import type { ListenAddress } from '../../settings/listen-address.ts'
import { Connections } from './connections.ts'
import { hasBody, hasLoopbackHost } from './refusals.ts'

/** The head of a request may have this many bytes. */
const MAX_HEAD_BYTES = 16_384

/** The head of a request has to be complete after this long, in ms; also the first one of a connection. */
const HEAD_TIMEOUT_MS = 10_000

/** How often that is checked, in ms. */
const CHECK_INTERVAL_MS = 1_000

/** A connection without a request is closed after this long, in ms. Prometheus scrapes more often. */
const IDLE_TIMEOUT_MS = 75_000

/** A response has to be made and read after this long, in ms. The time-out of a scrape is shorter. */
const RESPONSE_TIMEOUT_MS = 30_000

/** When the server closes, responses in progress get this long, in ms. */
const CLOSE_TIMEOUT_MS = 250

/** Headers of every response. What is answered is for programs, not for pages of other sites. */
const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const

/** Times for tests, in ms. */
export interface ServerTimes {
  readonly headTimeoutMs: number
  readonly responseTimeoutMs: number
}

/** What an app gets with a request. */
export type HttpBindings = Bindings

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>

/** Accepts connections, within limits, and passes requests to an app. */
export class HttpServer {
  readonly #server: Server
  readonly #connections = new Connections()
  readonly #responseTimeoutMs: number
  readonly #handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  #onlyLoopback = true

  constructor(fetch: Fetch, times: Partial<ServerTimes> = {}) {
    const { headTimeoutMs = HEAD_TIMEOUT_MS, responseTimeoutMs = RESPONSE_TIMEOUT_MS } = times
    this.#responseTimeoutMs = responseTimeoutMs
    this.#handle = getRequestListener((request, env) => fetch(request, env as HttpBindings))
    this.#server = createServer({
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: headTimeoutMs,
      requestTimeout: headTimeoutMs,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, headTimeoutMs),
    })
    this.#server.on('connection', (socket) => this.#connections.add(socket))
    this.#server.on('request', (request, response) => this.#receive(request, response))
    // A client that asks before it sends a body gets the same refusal.
    this.#server.on('checkContinue', (request, response) => this.#receive(request, response))
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#connections.size
  }

  /** Listens. Resolves with the port; rejects as `listen` of `node:net` does. `onError` gets later errors. */
  async listen({ host, port }: ListenAddress, onError: (error: Error) => void): Promise<number> {
    this.#onlyLoopback = isLoopbackAddress(host)
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
    // Without a descriptor for a connection, it is refused; the others go on.
    this.#server.on('error', onError)
    return (this.#server.address() as AddressInfo).port
  }

  /** Accepts nothing more. Resolves when the responses in progress have ended, or after a short wait. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeIdleConnections()
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_TIMEOUT_MS)
    await closed
    clearTimeout(timer)
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    if (!this.#connections.begin(socket, response)) return
    const timer = setTimeout(() => socket.destroy(), this.#responseTimeoutMs)
    response.once('close', () => clearTimeout(timer))
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    if (hasBody(request)) return refuse(request, response, 413, 'a request has no body here')
    if (this.#onlyLoopback && !hasLoopbackHost(request))
      return refuse(request, response, 421, 'the Host of this request is not an address of this machine')
    void this.#handle(request, response)
  }
}

/** Answers and closes the connection without reading the rest of the request. */
function refuse({ socket }: IncomingMessage, response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
  response.end(`${why}\n`, () => socket.destroySoon())
}
