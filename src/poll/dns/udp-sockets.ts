import type { ServerAddress } from './server-address.ts'
import { UdpSocket } from './udp-socket.ts'
import type { ReplyHandler } from './udp-socket.ts'

/** A socket sends no new queries after this time, in ms: an attacker who forges replies has to guess its port. */
const MAX_AGE_MS = 10_000

/** The same, in ms, when an answer is overdue: the socket's local address may be one that this machine has lost. */
const MAX_OVERDUE_AGE_MS = 1_000

/** Maximum number of sockets to a server. At the limit, the newest is used beyond its time. */
export const MAX_SOCKETS = 4

/** The UDP sockets to one server. The ids of queries are random, and so is the port that the system gives each socket. */
export class UdpSockets {
  readonly #address: ServerAddress
  readonly #now: () => number
  readonly #onMessage: () => void
  /** The newest is the last. */
  #sockets: UdpSocket[] = []
  #overdue = false

  /** `onMessage` is called for each datagram from the server. */
  constructor(address: ServerAddress, now: () => number, onMessage: () => void) {
    this.#address = address
    this.#now = now
    this.#onMessage = onMessage
  }

  /**
   * Sends a query with a new random id, which is written into it. Returns the socket, for `forget`. Errors go to the handler
   * later.
   */
  send(query: Buffer, handler: ReplyHandler): UdpSocket | null {
    const now = this.#now()
    let newest = this.#sockets.at(-1)
    if (newest === undefined || newest.closed || this.#isOld(newest, now)) {
      this.#sockets = this.#sockets.filter((socket) => !this.#closeIfIdle(socket))
      if (this.#sockets.length < MAX_SOCKETS) {
        newest = new UdpSocket(this.#address, now, this.#onMessage)
        this.#sockets.push(newest)
        this.#overdue = false
      } else newest = this.#sockets.at(-1)
    }
    newest?.send(query, handler)
    return newest ?? null
  }

  /** A server has not answered in time. */
  noteOverdue(): void {
    this.#overdue = true
  }

  /** Closes all sockets, without a call to the handlers. */
  close(): void {
    for (const socket of this.#sockets) socket.close(null)
    this.#sockets = []
  }

  #isOld(socket: UdpSocket, now: number): boolean {
    const age = now - socket.openedAt
    return socket.isExhausted || age >= MAX_AGE_MS || (this.#overdue && age >= MAX_OVERDUE_AGE_MS)
  }

  /** Closes a socket that waits for no replies. Returns whether it is closed. */
  #closeIfIdle(socket: UdpSocket): boolean {
    if (socket.isIdle) socket.close(null)
    return socket.closed
  }
}
