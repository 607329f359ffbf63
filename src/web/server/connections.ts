import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Connections at the same time. Beyond it, the one closes that has been idle longest. */
export const MAX_CONNECTIONS = 256

/** Requests of one connection that wait for their responses: a client may send some before it has read the first. */
const MAX_PIPELINED = 8

/** The connections to the server. Bounded: an idle one makes room for another. */
export class Connections {
  readonly #max: number
  /** Requests in progress of each connection. */
  readonly #requests = new Map<Socket, number>()
  /** Connections without a request in progress, idle longest first. */
  readonly #idle = new Set<Socket>()

  constructor(max: number = MAX_CONNECTIONS) {
    this.#max = max
  }

  /** How many there are. */
  get size(): number {
    return this.#requests.size
  }

  /** Adds a new connection. Closes another if there are too many, or this one if all others are in use. */
  add(socket: Socket): void {
    if (this.#requests.size >= this.#max) {
      const [longest = socket] = this.#idle
      this.#remove(longest)
      longest.destroy()
      if (longest === socket) return
    }
    this.#requests.set(socket, 0)
    this.#idle.add(socket)
    socket.once('close', () => this.#remove(socket))
  }

  /** The TLS of a connection takes its place, now that the handshake is over. */
  replace(raw: Socket, secure: Socket): void {
    this.#remove(raw)
    this.add(secure)
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
    for (const socket of this.#requests.keys()) socket.destroy()
  }

  #end(socket: Socket): void {
    const requests = this.#requests.get(socket)
    if (requests === undefined) return
    this.#requests.set(socket, requests - 1)
    if (requests === 1) this.#idle.add(socket)
  }

  #remove(socket: Socket): void {
    this.#requests.delete(socket)
    this.#idle.delete(socket)
  }
}
