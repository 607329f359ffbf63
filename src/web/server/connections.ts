import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Connections at the same time. Beyond it, the one closes that has been idle longest. */
export const MAX_CONNECTIONS = 256

/** Requests of one connection that wait for their responses: a client may send some before it has read the first. */
const MAX_PIPELINED = 8

/** When all are in use, so many more are told so before they are closed. */
const MAX_REFUSED = 16

/** The connections to the server. Bounded: an idle one makes room for another. */
export class Connections {
  readonly #max: number
  /** Requests in progress of each connection. */
  readonly #requests = new Map<Socket, number>()
  /** Connections without a request in progress, idle longest first. */
  readonly #idle = new Set<Socket>()
  /** Connections that came when all others were in use. */
  readonly #refused = new Set<Socket>()

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
    this.#requests.set(socket, 0)
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

  /** A request has arrived. False if its connection has sent too many at once; it is closed then. */
  begin(socket: Socket, response: ServerResponse): boolean {
    const requests = (this.#requests.get(socket) ?? 0) + 1
    if (requests > MAX_PIPELINED || socket.destroyed) {
      socket.destroy()
      return false
    }
    this.#requests.set(socket, requests)
    this.#idle.delete(socket)
    response.once('close', () => this.#end(socket))
    return true
  }

  /** Closes all of them. */
  closeAll(): void {
    for (const socket of [...this.#requests.keys(), ...this.#refused]) socket.destroy()
  }

  #end(socket: Socket): void {
    const requests = this.#requests.get(socket)
    if (requests === undefined) return
    this.#requests.set(socket, requests - 1)
    if (requests === 1) this.#idle.add(socket)
  }

  #refuse(socket: Socket): void {
    if (this.#refused.size >= MAX_REFUSED) return void socket.destroy()
    this.#refused.add(socket)
    socket.once('close', () => this.#refused.delete(socket))
  }

  #remove(socket: Socket): void {
    this.#requests.delete(socket)
    this.#idle.delete(socket)
  }
}
