import { randomInt } from 'node:crypto'
import dgram from 'node:dgram'
import net from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** What came for a query: a datagram, which the taker may refuse (false), or the error of its socket. */
export type ReplyHandler = (came: Buffer | Error) => boolean

/** A socket takes no new queries after this many, or this long, in ms: its port is what a forger has to guess. */
const MAX_QUERIES = 256
const MAX_AGE_MS = 10_000

/** … nor after this long, in ms, when an answer is overdue: its local address may be one that this machine lost. */
const MAX_OVERDUE_AGE_MS = 1_000

/** Sockets of one server at a time; at the bound the newest goes on. */
export const MAX_SOCKETS = 4

const IDS = 65_536

/** A UDP socket that is connected to a server, so that the system drops what comes from anywhere else, and tells of refusals. */
class UdpSocket {
  readonly openedAt: number
  readonly #socket: dgram.Socket
  readonly #heard: () => void
  readonly #takers = new Map<number, ReplyHandler>()
  /** Queries from before the socket was connected. */
  #early: Buffer[] | null = []
  #queries = 0
  #ended = false

  constructor({ host, port }: ServerAddress, now: number, heard: () => void) {
    this.openedAt = now
    this.#heard = heard
    const family = net.isIPv6(host) ? 6 : 4
    this.#socket = dgram.createSocket({
      type: `udp${family}`,
      // Never in the constructor: an error at once, as out of descriptors, would find nobody.
      lookup: (_hostname, _options, done) => process.nextTick(done, null, host, family),
    })
    this.#socket.unref()
    this.#socket.on('error', (error) => this.end(error))
    this.#socket.on('message', (message) => this.#take(message))
    this.#socket.on('connect', () => {
      for (const query of this.#early ?? []) this.#socket.send(query)
      this.#early = null
    })
    this.#socket.connect(port, host)
  }

  get ended(): boolean {
    return this.#ended
  }

  get isIdle(): boolean {
    return this.#takers.size === 0
  }

  get isSpent(): boolean {
    return this.#queries >= MAX_QUERIES
  }

  /** Returns what ends the waiting for an answer. */
  send(query: Buffer, taker: ReplyHandler): () => void {
    let id = randomInt(IDS)
    // There are fewer takers than ids by far, see MAX_QUESTIONS.
    while (this.#takers.has(id)) id = (id + 1) % IDS
    this.#queries++
    this.#takers.set(id, taker)
    const own = Buffer.from(query)
    own.writeUInt16BE(id)
    if (this.#early === null) this.#socket.send(own)
    else this.#early.push(own)
    return () => {
      if (this.#takers.get(id) === taker) this.#takers.delete(id)
    }
  }

  /** Closes the socket; with an error, whoever waits is told. */
  end(error: Error | null): void {
    if (this.#ended) return
    this.#ended = true
    this.#socket.close()
    const takers = [...this.#takers.values()]
    this.#takers.clear()
    if (error !== null) for (const taker of takers) taker(error)
  }

  #take(message: Buffer): void {
    if (this.#ended || message.length < 2) return
    this.#heard()
    const id = message.readUInt16BE(0)
    const taker = this.#takers.get(id)
    if (taker?.(message) === true && this.#takers.get(id) === taker) this.#takers.delete(id)
  }
}

/** The sockets to one server. Ids are random, and ports too: the system chooses another for each socket. */
export class UdpSockets {
  readonly #address: ServerAddress
  readonly #now: () => number
  readonly #heard: () => void
  /** The newest last. */
  #sockets: UdpSocket[] = []
  #overdue = false

  /** `heard`: a datagram came from the server, whatever it is. */
  constructor(address: ServerAddress, now: () => number, heard: () => void) {
    this.#address = address
    this.#now = now
    this.#heard = heard
  }

  /** Sends a query under an id of its own, and returns what ends the waiting for an answer. Errors come later, to the taker. */
  send(query: Buffer, taker: ReplyHandler): () => void {
    const now = this.#now()
    let newest = this.#sockets.at(-1)
    if (newest === undefined || newest.ended || this.#isOld(newest, now)) {
      this.#sockets = this.#sockets.filter((socket) => !this.#ends(socket))
      if (this.#sockets.length < MAX_SOCKETS) {
        newest = new UdpSocket(this.#address, now, this.#heard)
        this.#sockets.push(newest)
        this.#overdue = false
      } else newest = this.#sockets.at(-1)
    }
    return newest === undefined ? () => {} : newest.send(query, taker)
  }

  /** An answer is overdue. */
  overdue(): void {
    this.#overdue = true
  }

  /** Closes all; nobody is told. */
  close(): void {
    for (const socket of this.#sockets) socket.end(null)
    this.#sockets = []
  }

  #isOld(socket: UdpSocket, now: number): boolean {
    const age = now - socket.openedAt
    return socket.isSpent || age >= MAX_AGE_MS || (this.#overdue && age >= MAX_OVERDUE_AGE_MS)
  }

  /** Whether a socket that takes no new queries is done; closed by then. */
  #ends(socket: UdpSocket): boolean {
    if (socket.isIdle) socket.end(null)
    return socket.ended
  }
}
