import { getRequestListener } from '@hono/node-server'
import type { HttpBindings as Bindings } from '@hono/node-server'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLoopbackAddress } from '../../settings/listen-address.ts'
import type { ListenAddress } from '../../settings/listen-address.ts'
import { NO_WEB_CONFIG } from '../../config/web/web-config.ts'
import type { WebConfig } from '../../config/web/web-config.ts'
import { ApiError } from './api-error.ts'
import { Connections } from './connections.ts'
import { Gate, refuse } from './gate.ts'
import type { CheckPassword, ClientLimit } from './gate.ts'
import { RequestProgress } from './request-progress.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { SecureServer } from './secure-server.ts'
import type { Copy, StatusPages } from './status-pages.ts'
import { UnreadBytes } from './unread-bytes.ts'

/** The head of a request may have this many bytes. */
const MAX_HEAD_BYTES = 16_384

/** The head of a request has to be complete after this long, in ms; also the first one of a connection, and a TLS handshake. */
const HEAD_TIMEOUT_MS = 10_000

/** How often that is checked, in ms. */
const CHECK_INTERVAL_MS = 1_000

/** A connection without a request is closed after this long, in ms. Prometheus scrapes more often. */
const IDLE_TIMEOUT_MS = 75_000

/** A response has to be made and read after this long, in ms. The time-out of a scrape is shorter. */
const RESPONSE_TIMEOUT_MS = 30_000

/** When the server closes, responses in progress get this long, in ms. */
const CLOSE_TIMEOUT_MS = 250

/** What a server is started with. All have defaults. Times in ms. */
export interface ServerOptions {
  readonly headTimeoutMs: number
  readonly responseTimeoutMs: number
  /** Connections at the same time. Default: 256. */
  readonly maxConnections: number
  /** Of all answers that are made and not read. Default: 64 MiB. */
  readonly maxUnreadBytes: number
  /** Default: plain HTTP, without passwords. */
  readonly config: WebConfig
  /** Whether a password has a hash. Needed if there are users. */
  readonly checkPassword: CheckPassword
  readonly clientLimit: ClientLimit
  /** What answers some paths itself. Default: nothing does. */
  readonly pages: Pick<StatusPages, 'find'>
}

/** What an app gets with a request. */
export interface HttpBindings extends Bindings {
  /** Whether the client has shown who it is: by a password, or by a certificate. */
  readonly isAuthenticated: boolean
  readonly progress: RequestProgress
}

/** What an app returns when it writes to the `outgoing` response itself. It is that of `@hono/node-server/utils/response`. */
export const RESPONSE_ALREADY_SENT = new Response(null, { headers: { 'x-hono-already-sent': 'true' } })

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>

/** Accepts connections, within limits, and passes requests to an app. */
export class HttpServer {
  readonly #server: Server
  /** The same server, if it speaks TLS. */
  readonly #secure: SecureServer | null
  readonly #connections: Connections
  readonly #gate: Gate
  readonly #pages: Pick<StatusPages, 'find'> | undefined
  readonly #responseTimeoutMs: number
  readonly #unread: UnreadBytes
  /** By the response. */
  readonly #progress = new WeakMap<object, RequestProgress>()
  readonly #handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  #headers: readonly (readonly [name: string, value: string])[] = []

  constructor(fetch: Fetch, options: Partial<ServerOptions> = {}) {
    const { headTimeoutMs = HEAD_TIMEOUT_MS, responseTimeoutMs = RESPONSE_TIMEOUT_MS } = options
    const { config = NO_WEB_CONFIG, checkPassword, clientLimit } = options
    this.#responseTimeoutMs = responseTimeoutMs
    this.#pages = options.pages
    this.#connections = new Connections(options.maxConnections)
    this.#unread = new UnreadBytes(options.maxUnreadBytes)
    this.#gate = new Gate(config, checkPassword, clientLimit)
    this.#handle = getRequestListener((request, env) => {
      const bindings = env as Bindings
      const progress = this.#progress.get(bindings.outgoing) as RequestProgress
      return fetch(request, { ...bindings, isAuthenticated: this.#gate.authenticates, progress })
    })
    const limits = {
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: headTimeoutMs,
      requestTimeout: headTimeoutMs,
      handshakeTimeout: headTimeoutMs,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, headTimeoutMs),
    }
    this.#secure = config.tls === null ? null : new SecureServer(limits, config.tls, this.#connections)
    this.#server = this.#secure?.server ?? createServer(limits)
    if (this.#secure === null) this.#server.on('connection', (socket) => this.#connections.add(socket))
    this.#server.on('request', (request, response) => this.#receive(request, response))
    // A client that asks before it sends a body gets the same refusal.
    this.#server.on('checkContinue', (request, response) => this.#receive(request, response))
    // Another expectation is nothing that it has to meet (RFC 9110, section 10.1.1). Node's own answer would pass by all limits.
    this.#server.on('checkExpectation', (request, response) => this.#receive(request, response))
    this.setConfig(config)
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#connections.size
  }

  /**
   * Applies to new connections and requests. TLS can't be switched on or off. Where other clients may connect, the connections end that were
   * accepted by the former rules, and would pass for accepted by these.
   */
  setConfig(config: WebConfig): void {
    const areOthers = this.#gate.setConfig(config)
    this.#headers = Object.entries({ ...SECURITY_HEADERS, ...config.headers })
    if (config.tls !== null) this.#secure?.setTls(config.tls)
    if (areOthers) this.#connections.retire()
  }

  /** Listens. Resolves with the port; rejects as `listen` of `node:net` does. `onError` gets later errors. */
  async listen({ host, port }: ListenAddress, onError: (error: Error) => void): Promise<number> {
    this.#gate.isOnlyLoopback = isLoopbackAddress(host)
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
    const timer = setTimeout(() => this.#connections.closeAll(), CLOSE_TIMEOUT_MS)
    await closed
    clearTimeout(timer)
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    if (this.#connections.isRefused(socket))
      return void refuse(response, 429, 'too many connections', { 'Retry-After': '1' })
    const progress = new RequestProgress(socket, this.#unread)
    if (!this.#connections.begin(socket, response, () => progress.end())) return
    this.#progress.set(response, progress)
    progress.setTimeLimit(this.#responseTimeoutMs)
    for (const [name, value] of this.#headers) response.setHeader(name, value)
    const copy = this.#pages?.find(request.url ?? '') ?? null
    const handle =
      copy === null
        ? () => this.#handle(request, response)
        : () => this.#answer(copy, request, response, progress)
    const admitted = this.#gate.admit(request, response, progress, copy)
    if (admitted === true) void handle()
    else if (admitted !== false)
      void admitted.then((isAdmitted) => {
        if (isAdmitted && !progress.isOver) void handle()
      })
  }

  async #answer(copy: Copy, request: IncomingMessage, response: ServerResponse, progress: RequestProgress) {
    try {
      await copy.answer(request, response, progress, this.#gate.authenticates)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      refuse(response, error.status, error.message, error.headers)
    }
  }
}
