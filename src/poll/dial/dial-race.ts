import net from 'node:net'
import { dialFailure, connectTimeout, connectFailure } from './dial-errors.ts'
import type { ConnectFailure } from './dial-errors.ts'
import type { Failure } from '../attempt/failure.ts'
import { localAddressFor } from './local-address.ts'
import { ReadBuffer } from '../attempt/read-buffer.ts'

/** A connected TCP socket. */
export interface TcpConnection {
  /** Paused, nothing read, no listeners attached. Attach your own in the same tick. */
  readonly socket: net.Socket
  /** The IP address it is connected to. */
  readonly address: string
  /** Where to read, if not from the socket's stream; null for the stream. */
  readonly readBuffer: ReadBuffer | null
}

/** The next address is tried after this time, in ms, or as soon as the one before has failed. */
const ATTEMPT_DELAY_MS = 1_000

/** Maximum number of sockets open at a time. When a third is opened, the oldest, which had two delays' time, is closed. */
const MAX_OPEN = 2

/**
 * Connects to the first address that accepts. It tries the addresses one after another and does not wait for the earlier ones
 * to fail (RFC 8305, section 5). A single address costs no timer.
 */
export class DialRace {
  readonly #addresses: readonly string[]
  readonly #port: number
  readonly #rawReads: boolean
  readonly #source: string | null
  readonly #done: (result: TcpConnection | Failure) => void
  readonly #failures: ConnectFailure[] = []
  readonly #open: TcpConnection[] = []
  #next = 0
  #tried = 0
  #timer: NodeJS.Timeout | null = null

  /**
   * `done` is called once, unless `destroy` is called before. `rawReads`: read by a ReadBuffer, not by the stream. `source`: the
   * local address or interface; null: any.
   */
  constructor(
    addresses: readonly string[],
    port: number,
    done: (result: TcpConnection | Failure) => void,
    rawReads = false,
    source: string | null = null,
  ) {
    this.#addresses = addresses
    this.#port = port
    this.#rawReads = rawReads
    this.#source = source
    this.#done = done
    this.#dialNext()
  }

  /** The addresses not tried yet. */
  get untried(): readonly string[] {
    return this.#addresses.slice(this.#tried)
  }

  /** Closes all sockets. `done` is not called any more. */
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
      ...(this.#source === null ? {} : { localAddress: localAddressFor(this.#source, address) ?? undefined }),
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
    this.#failures.push(connectFailure(error, attempt.address, this.#port, this.#source))
    if (this.#next < this.#addresses.length) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#dialNext()
    } else if (this.#open.length === 0) {
      this.#done(dialFailure(this.#failures))
    }
  }
}
