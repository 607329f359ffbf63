import net from 'node:net'
import { dialFailure, connectTimeout, connectFailure } from './dial-errors.ts'
import type { ConnectFailure } from './dial-errors.ts'
import type { Failure } from '../attempt/attempt.ts'
import { ReadBuffer } from '../attempt/read-buffer.ts'

/** A connected TCP socket. */
export interface TcpConnection {
  /** Paused and unread, without a listener of ours: who takes it attaches its own in the same tick. */
  readonly socket: net.Socket
  /** The IP address that was dialled. */
  readonly address: string
  /** Where what comes is heard, instead of on the socket's stream; null where it is not. */
  readonly readBuffer: ReadBuffer | null
}

/** The next address is tried after this long, in ms, or when the one before has failed. */
const ATTEMPT_DELAY_MS = 1_000

/** Sockets of one dial at a time: with a third address the first, which had two shares by then, is given up. */
const MAX_OPEN = 2

/**
 * Connects to the first address that lets us, starting them one after another and keeping the earlier ones open
 * meanwhile (RFC 8305, section 5). A single address costs no timer.
 */
export class DialRace {
  readonly #addresses: readonly string[]
  readonly #port: number
  readonly #rawReads: boolean
  readonly #done: (result: TcpConnection | Failure) => void
  readonly #failures: ConnectFailure[] = []
  readonly #open: TcpConnection[] = []
  #next = 0
  #tried = 0
  #timer: NodeJS.Timeout | null = null

  /** `rawReads`: with a ReadBuffer. */
  constructor(
    addresses: readonly string[],
    port: number,
    done: (result: TcpConnection | Failure) => void,
    rawReads = false,
  ) {
    this.#addresses = addresses
    this.#port = port
    this.#rawReads = rawReads
    this.#done = done
    this.#dialNext()
  }

  /** The addresses that had no turn yet. */
  get untried(): readonly string[] {
    return this.#addresses.slice(this.#tried)
  }

  /** Destroys what is open; `done` is not called any more. */
  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#next = Infinity
    for (const { socket } of this.#open.splice(0)) socket.destroy()
  }

  #dialNext(): void {
    const address = this.#addresses[this.#next++]
    if (address === undefined) return
    this.#tried = this.#next
    const readBuffer = this.#rawReads ? new ReadBuffer() : null
    const socket = net.connect({
      host: address,
      port: this.#port,
      autoSelectFamily: false,
      ...(readBuffer === null ? {} : { onread: readBuffer.onread }),
    })
    socket.pause()
    const attempt = { socket, address, readBuffer }
    this.#open.push(attempt)
    const failed = (error: Error) => this.#failed(attempt, error)
    socket.once('error', failed)
    socket.once('connect', () => {
      this.#open.splice(this.#open.indexOf(attempt), 1)
      this.destroy()
      socket.removeListener('error', failed)
      this.#done(attempt)
    })
    if (this.#next < this.#addresses.length)
      this.#timer = setTimeout(() => this.#attemptDelayOver(), ATTEMPT_DELAY_MS)
  }

  #attemptDelayOver(): void {
    const oldest = this.#open.length === MAX_OPEN ? this.#open.shift() : undefined
    if (oldest !== undefined) {
      oldest.socket.destroy()
      this.#failures.push(connectTimeout(oldest.address, this.#port))
    }
    this.#dialNext()
  }

  #failed(attempt: TcpConnection, error: Error): void {
    const at = this.#open.indexOf(attempt)
    if (at === -1) return
    this.#open.splice(at, 1)
    this.#failures.push(connectFailure(error, attempt.address, this.#port))
    if (this.#next < this.#addresses.length) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#dialNext()
    } else if (this.#open.length === 0) {
      this.#done(dialFailure(this.#failures))
    }
  }
}
