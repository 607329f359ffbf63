import { randomInt } from 'node:crypto'
import dgram from 'node:dgram'
import net from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** Receives the reply to a query. An object, because a closure for each query costs more to create and to collect. */
export interface ReplyHandler {
  /** The id of the query. The socket sets it. */
  id: number
  /** Handles a datagram with the id of the query, or an error of the socket. False: it is not the reply, go on waiting. */
  handle(result: Buffer | Error): boolean
}

/** A socket sends at most this many queries: an attacker who forges replies has to guess its port. */
const MAX_QUERIES = 256

/** Number of ids of queries. */
const IDS = 65_536

/** A UDP socket connected to a server, so that the system drops datagrams from other addresses and reports refusals. */
export class UdpSocket {
  /** In ms. */
  readonly openedAt: number
  readonly #socket: dgram.Socket
  readonly #onMessage: () => void
  readonly #handlers = new Map<number, ReplyHandler>()
  /** Queries to send when the socket is connected; null after that. */
  #unsent: Buffer[] | null = []
  #queries = 0
  #closed = false

  constructor({ host, port }: ServerAddress, now: number, onMessage: () => void) {
    this.openedAt = now
    this.#onMessage = onMessage
    const family = net.isIPv6(host) ? 6 : 4
    this.#socket = dgram.createSocket({
      type: `udp${family}`,
      // Called with an address, to bind the socket and to connect it. It only waits, so that an immediate error such as EMFILE finds
      // the error listener.
      lookup: (address, _options, done) => process.nextTick(done, null, address, family),
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

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed
  }

  /** Whether no handler waits for a reply. */
  get isIdle(): boolean {
    return this.#handlers.size === 0
  }

  /** Whether it has sent MAX_QUERIES. */
  get isExhausted(): boolean {
    return this.#queries >= MAX_QUERIES
  }

  /** Sends a query with a random id, which it writes into the query and the handler. */
  send(query: Buffer, handler: ReplyHandler): void {
    let id = randomInt(IDS)
    // It ends soon: there are far fewer handlers than ids.
    while (this.#handlers.has(id)) id = (id + 1) % IDS
    handler.id = id
    this.#queries++
    this.#handlers.set(id, handler)
    query.writeUInt16BE(id)
    if (this.#unsent === null) this.#socket.send(query)
    else this.#unsent.push(Buffer.from(query))
  }

  /** The handler waits no longer for a reply. */
  forget(handler: ReplyHandler): void {
    if (this.#handlers.get(handler.id) === handler) this.#handlers.delete(handler.id)
  }

  /** Closes the socket. An error goes to all handlers. */
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
