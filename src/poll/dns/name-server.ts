import { Fifo } from '../attempt/fifo.ts'
import { hostPort } from '../attempt/host-port.ts'
import { PacketLoss } from './packet-loss.ts'
import type { ServerAddress } from './server-address.ts'
import { askOverTcp } from './tcp-query.ts'
import { UdpSockets } from './udp-sockets.ts'
import type { ReplyHandler, UdpSocket } from './udp-sockets.ts'

/**
 * Datagrams that go out between two ticks without an answer; one more goes with each answer to one of them. A server's
 * socket holds some 270 by default, and there are several pollers; our own holds no more while the thread is busy.
 */
export const BURST = 64

/** A server that has left so many datagrams in a row unanswered is asked after the others. */
const MAX_UNANSWERED = 3

/** … and is sent one now and then, in ms, so that its return is seen. */
const RETRY_MS = 3_000

/** Who has datagrams sent. */
export interface Sender {
  /** The turn of one has come. */
  sent(): void
  /** What came for it, see ReplyHandler. */
  receive(datagram: Datagram, result: Buffer | Error): boolean
}

/** A datagram that waits or is under way. */
export class Datagram implements ReplyHandler {
  readonly server: NameServer
  /** In ms; Infinity while it waits. */
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

  /** It is sent no more, and no reply to it is taken. */
  cancel(): void {
    this.cancelled = true
    this.#socket?.forget(this)
  }
}

/** One name server: what it is sent, at a pace that its buffer can take, and what is known of it. */
export class NameServer {
  readonly loss = new PacketLoss()
  /** For a person. */
  readonly title: string
  readonly #address: ServerAddress
  readonly #now: () => number
  readonly #udp: UdpSockets
  /** No more than there are questions. */
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

  /** When the latest of the datagrams that were answered was sent, in ms. */
  get answeredSentAt(): number {
    return this.#answeredSentAt
  }

  /** Whether it has not answered lately. */
  get isSuspect(): boolean {
    return this.#unanswered >= MAX_UNANSWERED
  }

  /** Sends a query as soon as its turn comes, under an id that is written into it. */
  send(query: Buffer, sender: Sender): Datagram {
    const datagram = new Datagram(this, query, sender)
    if (this.#budget > 0) {
      this.#budget--
      datagram.start(this.#udp, this.#now())
    } else this.#queue.push(datagram)
    return datagram
  }

  /** Asks over TCP, see askOverTcp. */
  askOverTcp(query: Buffer, done: (result: Buffer | Error) => void): () => void {
    return askOverTcp(this.#address, query, done)
  }

  /** It answered the datagram that was sent then. */
  noteAnswer(sentAt: number): void {
    this.#answeredSentAt = Math.max(this.#answeredSentAt, sentAt)
    this.loss.record(false)
    // The tick has made up for those from before it: counted twice, 64 more would be under way after each tick, for ever.
    if (sentAt < this.#tickedAt) return
    this.#budget = Math.min(BURST, this.#budget + 1)
    this.#sendWaiting()
  }

  /** A datagram had no answer in the usual time. */
  noteOverdue(): void {
    this.#unanswered++
    this.#udp.noteOverdue()
  }

  /** Nobody listens there, or nothing gets there. */
  noteFailure(): void {
    this.#unanswered = Math.max(this.#unanswered, MAX_UNANSWERED)
    this.#triedAt = this.#now()
  }

  /** To be called every TICK_MS while questions are open. `probe`: a query that any server can answer. */
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
