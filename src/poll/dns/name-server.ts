import { Fifo } from '../attempt/fifo.ts'
import { hostPort } from '../attempt/host-port.ts'
import { PacketLoss } from './packet-loss.ts'
import type { ServerAddress } from './server-address.ts'
import { askOverTcp } from './tcp-query.ts'
import { UdpSockets } from './udp-sockets.ts'
import type { ReplyHandler, UdpSocket } from './udp-socket.ts'

/**
 * Maximum number of datagrams sent between two ticks; each answer to one of them allows one more. A server's socket buffer
 * holds about 270 by default and serves several pollers; our own holds no more while the thread is busy.
 */
export const BURST = 64

/** A server that has left this many datagrams in a row unanswered is suspect: it is asked after the others. */
const MAX_UNANSWERED = 3

/** A suspect server gets a datagram at this interval, in ms, to find out when it works again. */
const RETRY_MS = 3_000

/** Sends datagrams. */
export interface Sender {
  /** One of its datagrams was sent. */
  sent(): void
  /** Handles the reply to a datagram, see ReplyHandler. */
  receive(datagram: Datagram, result: Buffer | Error): boolean
}

/** A datagram that waits to be sent or for its reply. */
export class Datagram implements ReplyHandler {
  readonly server: NameServer
  /** When it was sent, in ms; Infinity before that. */
  sentAt = Infinity
  id = 0
  cancelled = false
  readonly #query: Buffer
  readonly #sender: Sender
  #socket: UdpSocket | null = null

  constructor(server: NameServer, query: Buffer, sender: Sender) {
    this.server = server
    this.#query = query
    this.#sender = sender
  }

  /** Sends it. */
  start(udp: UdpSockets, now: number): void {
    this.sentAt = now
    this.#socket = udp.send(this.#query, this)
    this.#sender.sent()
  }

  handle(result: Buffer | Error): boolean {
    return this.#sender.receive(this, result)
  }

  /** It is not sent any more, and a reply to it is ignored. */
  cancel(): void {
    this.cancelled = true
    this.#socket?.forget(this)
  }
}

/** One name server: sends it queries no faster than its socket buffer can take, and records how well it answers. */
export class NameServer {
  readonly loss = new PacketLoss()
  /** Its name in texts for people. */
  readonly title: string
  readonly #address: ServerAddress
  readonly #now: () => number
  readonly #udp: UdpSockets
  /** Waiting datagrams: no more than questions. */
  readonly #queue = new Fifo<Datagram>()
  #budget = BURST
  #tickedAt = -Infinity
  #unanswered = 0
  #triedAt = -Infinity
  #retry: Datagram | null = null
  #answeredSentAt = -Infinity

  constructor(address: ServerAddress, now: () => number) {
    this.title = `the name server ${hostPort(address.host, address.port)}`
    this.#address = address
    this.#now = now
    this.#udp = new UdpSockets(address, now, () => (this.#unanswered = 0))
  }

  /** When the last datagram that it answered was sent, in ms. */
  get answeredSentAt(): number {
    return this.#answeredSentAt
  }

  /** Whether it has left the last datagrams unanswered. */
  get isSuspect(): boolean {
    return this.#unanswered >= MAX_UNANSWERED
  }

  /** Sends a query, or queues it. Writes an id into it. */
  send(query: Buffer, sender: Sender): Datagram {
    const datagram = new Datagram(this, query, sender)
    if (this.#budget > 0) {
      this.#budget--
      datagram.start(this.#udp, this.#now())
    } else this.#queue.push(datagram)
    return datagram
  }

  /** Sends a query over TCP, see askOverTcp. */
  askOverTcp(query: Buffer, done: (result: Buffer | Error) => void): () => void {
    return askOverTcp(this.#address, query, done)
  }

  /** It has answered a datagram that was sent at this time. */
  noteAnswer(sentAt: number): void {
    this.#answeredSentAt = Math.max(this.#answeredSentAt, sentAt)
    this.loss.record(false)
    // The last tick has renewed the budget for earlier datagrams. Counting them again would add 64 datagrams at each tick, for ever.
    if (sentAt < this.#tickedAt) return
    this.#budget = Math.min(BURST, this.#budget + 1)
    this.#sendWaiting()
  }

  /** A datagram was not answered in the usual time. */
  noteOverdue(): void {
    this.#unanswered++
    this.#udp.noteOverdue()
  }

  /** Nothing listens at the address, or it can't be reached. */
  noteFailure(): void {
    this.#unanswered = Math.max(this.#unanswered, MAX_UNANSWERED)
    this.#triedAt = this.#now()
  }

  /** Called every TICK_MS while questions are open. `probe`: a query that any server can answer. */
  tick(probe: Buffer): void {
    this.#budget = BURST
    this.#tickedAt = this.#now()
    this.#sendWaiting()
    if (!this.isSuspect || this.#now() - this.#triedAt < RETRY_MS) return
    this.#triedAt = this.#now()
    this.#retry?.cancel()
    this.#retry = this.send(probe, NOBODY)
  }

  close(): void {
    this.#udp.close()
  }

  #sendWaiting(): void {
    while (this.#budget > 0) {
      const next = this.#queue.shift()
      if (next === undefined) return
      if (next.cancelled) continue
      this.#budget--
      next.start(this.#udp, this.#now())
    }
  }
}

const NOBODY: Sender = { sent() {}, receive: () => true }
