import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Called when a request is over. */
type Ended = () => void

/** Connections at the same time by default. Beyond it, the one closes that has been idle longest. */
export const MAX_CONNECTIONS = 256

/** Requests of one connection that wait for their responses: a client may send some before it has read the first. */
const MAX_PIPELINED = 8

/** When all are in use, so many more are told so before they are closed. */
const MAX_REFUSED = 16

/** The connections to the server. Bounded: an idle one makes room for another. */
export class Connections {
  readonly #max: number
  /** Requests in progress of each connection: what is called when each is over. */
  readonly #requests = new Map<Socket, Set<Ended>>()
  /** Connections without a request in progress, idle longest first. */
  readonly #idle = new Set<Socket>()
  /** Connections that came when all others were in use. */
  readonly #refused = new Set<Socket>()
  /** Connections that take no more requests. */
  readonly #retired = new WeakSet<Socket>()

  constructor(max: number = MAX_CONNECTIONS) {
    this.#max = max
  }

  /** How many there are. */
  get size(): number {
    return this.#requests.size
  }

  /** Adds a new connection. Closes another if there are too many. If all others are in use, this one is refused, or closed. */
  add(socket: Socket): void {
    if (this.#requests.size >= this.#max) {
      const [longest] = this.#idle
      if (longest === undefined) return this.#refuse(socket)
      this.#remove(longest)
      longest.destroy()
    }
    this.#requests.set(socket, new Set())
    this.#idle.add(socket)
    socket.once('close', () => this.#remove(socket))
  }

  /** The TLS of a connection takes its place, now that the handshake is over. */
  replace(raw: Socket, secure: Socket): void {
    this.#remove(raw)
    this.#refused.delete(raw)
    this.add(secure)
  }

  /** Whether there were too many connections when this one came: its request is to be refused. */
  isRefused(socket: Socket): boolean {
    return this.#refused.has(socket)
  }

  /**
   * A request has arrived. `ended` is called once, when its response has been sent or its connection has closed. False if its
   * connection has sent too many at once, and is closed then, or takes no more.
   */
  begin(socket: Socket, response: ServerResponse, ended: Ended): boolean {
    const requests = this.#requests.get(socket)
    // It closes when the requests before this one have their answers.
    if (this.#retired.has(socket)) return false
    if (requests === undefined || requests.size >= MAX_PIPELINED || socket.destroyed) {
      socket.destroy()
      return false
    }
    requests.add(ended)
    this.#idle.delete(socket)
    // When the connection closes, only the first of the responses that wait for it emits this.
    response.once('close', () => {
      if (!requests.delete(ended)) return
      if (requests.size === 0 && this.#requests.has(socket)) this.#rest(socket)
      ended()
    })
    return true
  }

  /** Those that there are take no more requests: they close now, or when the requests in progress have their answers. */
  retire(): void {
    for (const socket of this.#requests.keys()) this.#retired.add(socket)
    for (const socket of [...this.#idle, ...this.#refused]) socket.destroy()
  }

  /** Closes all of them. */
  closeAll(): void {
    for (const socket of [...this.#requests.keys(), ...this.#refused]) socket.destroy()
  }

  #rest(socket: Socket): void {
    if (this.#retired.has(socket)) socket.destroySoon()
    else this.#idle.add(socket)
  }

  #refuse(socket: Socket): void {
    if (this.#refused.size >= MAX_REFUSED) return void socket.destroy()
    this.#refused.add(socket)
    socket.once('close', () => this.#refused.delete(socket))
  }

  #remove(socket: Socket): void {
    const requests = this.#requests.get(socket)
    this.#requests.delete(socket)
    this.#idle.delete(socket)
    for (const ended of requests ?? []) {
      requests?.delete(ended)
      ended()
    }
  }
}
