import { randomInt } from 'node:crypto'
import dgram from 'node:dgram'
import net from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** Who waits for the reply to a query. An object: there is one for each, and closures cost more to make and to collect. */
export interface ReplyHandler {
  /** The query's: the socket sets it. */
  id: number
  /** What came for the query: a datagram, which the handler may refuse (false), or the error of the socket. */
  handle(result: Buffer | Error): boolean
}

/** A socket takes no new queries after this many, or this long, in ms: its port is what a forger has to guess. */
const MAX_QUERIES = 256
const MAX_AGE_MS = 10_000

/** … nor after this long, in ms, when an answer is overdue: its local address may be one that this machine lost. */
const MAX_OVERDUE_AGE_MS = 1_000

/** Sockets of one server at a time; at the bound the newest goes on. */
export const MAX_SOCKETS = 4

const IDS = 65_536

/** A UDP socket that is connected to a server, so that the system drops what comes from anywhere else, and tells of refusals. */
export class UdpSocket {
  readonly openedAt: number
  readonly #socket: dgram.Socket
  readonly #onMessage: () => void
  readonly #handlers = new Map<number, ReplyHandler>()
  /** Queries from before the socket was connected. */
  #unsent: Buffer[] | null = []
  #queries = 0
  #closed = false

  constructor({ host, port }: ServerAddress, now: number, onMessage: () => void) {
    this.openedAt = now
    this.#onMessage = onMessage
    const family = net.isIPv6(host) ? 6 : 4
    this.#socket = dgram.createSocket({
      type: `udp${family}`,
      // Never in the constructor: an error at once, as out of descriptors, would find nobody.
      lookup: (_hostname, _options, done) => process.nextTick(done, null, host, family),
    })
    this.#socket.unref()
    this.#socket.on('error', (error) => this.close(error))
    this.#socket.on('message', (message) => this.#take(message))
    this.#socket.on('connect', () => {
      for (const query of this.#unsent ?? []) this.#socket.send(query)
      this.#unsent = null
    })
    this.#socket.connect(port, host)
  }

  get closed(): boolean {
    return this.#closed
  }

  get isIdle(): boolean {
    return this.#handlers.size === 0
  }

  get isExhausted(): boolean {
    return this.#queries >= MAX_QUERIES
  }

  /** Sends a query, see UdpSockets. */
  send(query: Buffer, handler: ReplyHandler): void {
    let id = randomInt(IDS)
    // There are fewer handlers than ids by far.
    while (this.#handlers.has(id)) id = (id + 1) % IDS
    handler.id = id
    this.#queries++
    this.#handlers.set(id, handler)
    query.writeUInt16BE(id)
    if (this.#unsent === null) this.#socket.send(query)
    else this.#unsent.push(Buffer.from(query))
  }

  /** Ends the waiting for a reply. */
  forget(handler: ReplyHandler): void {
    if (this.#handlers.get(handler.id) === handler) this.#handlers.delete(handler.id)
  }

  /** Closes the socket; with an error, whoever waits is told. */
  close(error: Error | null): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close()
    const handlers = [...this.#handlers.values()]
    this.#handlers.clear()
    if (error !== null) for (const handler of handlers) handler.handle(error)
  }

  #take(message: Buffer): void {
    if (this.#closed || message.length < 2) return
    this.#onMessage()
    const id = message.readUInt16BE(0)
    const handler = this.#handlers.get(id)
    if (handler?.handle(message) === true && this.#handlers.get(id) === handler) this.#handlers.delete(id)
  }
}

/** The sockets to one server. Ids are random, and ports too: the system chooses another for each socket. */
export class UdpSockets {
  readonly #address: ServerAddress
  readonly #now: () => number
  readonly #onMessage: () => void
  /** The newest last. */
  #sockets: UdpSocket[] = []
  #overdue = false

  /** `onMessage`: a datagram came from the server, whatever it is. */
  constructor(address: ServerAddress, now: () => number, onMessage: () => void) {
    this.#address = address
    this.#now = now
    this.#onMessage = onMessage
  }

  /**
   * Sends a query under an id of its own, which is written into it: when it is sent again, it gets another. Returns the
   * socket, which can forget the handler. Errors come later, to the handler.
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

  /** An answer is overdue. */
  noteOverdue(): void {
    this.#overdue = true
  }

  /** Closes all; nobody is told. */
  close(): void {
    for (const socket of this.#sockets) socket.close(null)
    this.#sockets = []
  }

  #isOld(socket: UdpSocket, now: number): boolean {
    const age = now - socket.openedAt
    return socket.isExhausted || age >= MAX_AGE_MS || (this.#overdue && age >= MAX_OVERDUE_AGE_MS)
  }

  /** Whether a socket that takes no new queries is done; closed by then. */
  #closeIfIdle(socket: UdpSocket): boolean {
    if (socket.isIdle) socket.close(null)
    return socket.closed
  }
}
