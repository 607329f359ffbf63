import { monotonicMs } from '../../runtime/clock.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { connectFailure, dialFailure } from '../dial/dial-errors.ts'
import type { ConnectFailure } from '../dial/dial-errors.ts'
import { askOverTcp, TcpQueryError } from '../dns/tcp-query.ts'
import { UdpSocket } from '../dns/udp-socket.ts'
import type { ReplyHandler } from '../dns/udp-socket.ts'
import { answersQuery } from './dns-message.ts'

/**
 * The query is sent again after this time, in ms, to the next address if there is one. Once all were asked, the time doubles up to the
 * maximum.
 */
const MIN_RESEND_MS = 500
const MAX_RESEND_MS = 2_000

/** Maximum number of sockets open at a time. When another is opened, the oldest, which had this many times that time, is closed. */
const MAX_OPEN = 8

/** An answer over UDP, and the address that it came from. */
export interface UdpAnswer {
  readonly message: Buffer
  readonly address: string
}

/**
 * One query over UDP, sent to one address after the other until one of them answers. `done` is called once, unless `close` is called
 * before.
 */
export class UdpQuery {
  /** Those that have not failed, the next to be asked first. */
  readonly #addresses: string[]
  readonly #port: number
  readonly #query: Buffer
  readonly #done: (result: UdpAnswer | Failure) => void
  readonly #sockets = new Map<string, UdpSocket>()
  readonly #failures = new Map<string, ConnectFailure>()
  #untried: number
  #delayMs = MIN_RESEND_MS
  #timer: NodeJS.Timeout | null = null
  #strange = false

  constructor(
    addresses: readonly string[],
    port: number,
    query: Buffer,
    done: (result: UdpAnswer | Failure) => void,
  ) {
    this.#addresses = [...new Set(addresses)]
    this.#untried = this.#addresses.length
    this.#port = port
    this.#query = query
    this.#done = done
    this.#send()
  }

  /** Whether something came that was no answer to the query. */
  get sawStrange(): boolean {
    return this.#strange
  }

  /** The addresses that were not asked yet. They come first in the order. */
  get untried(): readonly string[] {
    return this.#addresses.slice(0, this.#untried)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const socket of this.#sockets.values()) socket.close(null)
    this.#sockets.clear()
  }

  #send(): void {
    const address = this.#addresses.shift() as string
    this.#addresses.push(address)
    if (this.#untried > 0) this.#untried--
    const handler: ReplyHandler = { id: 0, handle: (result) => this.#take(address, result) }
    this.#socketFor(address).send(this.#query, handler)
    this.#timer = setTimeout(() => this.#send(), this.#delayMs)
    if (this.#untried === 0) this.#delayMs = Math.min(MAX_RESEND_MS, 2 * this.#delayMs)
  }

  #socketFor(address: string): UdpSocket {
    const known = this.#sockets.get(address)
    if (known !== undefined) return known
    const [oldest] = this.#sockets
    if (oldest !== undefined && this.#sockets.size === MAX_OPEN) {
      oldest[1].close(null)
      this.#sockets.delete(oldest[0])
    }
    const target = { host: address, port: this.#port }
    const socket = new UdpSocket(target, monotonicMs(), () => (this.#strange = true))
    this.#sockets.set(address, socket)
    return socket
  }

  #take(address: string, result: Buffer | Error): boolean {
    if (result instanceof Error) this.#failed(address, result)
    else if (answersQuery(result, this.#query)) {
      this.close()
      this.#done({ message: result, address })
      return true
    }
    return false
  }

  /** An error of a socket goes to each of its handlers, but counts once. */
  #failed(address: string, error: Error): void {
    if (this.#failures.has(address)) return
    // Errors of datagrams do not name the address.
    const named = Object.assign(error, { address, port: this.#port })
    this.#failures.set(address, connectFailure(named, address, this.#port))
    this.#sockets.delete(address)
    this.#addresses.splice(this.#addresses.indexOf(address), 1)
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#addresses.length > 0) return this.#send()
    this.close()
    this.#done(dialFailure([...this.#failures.values()]))
  }
}

/** Asks over TCP. Returns the function that ends it. */
export function askTcp(
  address: string,
  port: number,
  query: Buffer,
  done: (result: Buffer | Failure) => void,
): () => void {
  return askOverTcp({ host: address, port }, query, (result) => {
    if (result instanceof TcpQueryError) done(failure('protocol', `over TCP, ${result.message}`))
    else if (result instanceof Error) done(dialFailure([connectFailure(result, address, port)]))
    else if (answersQuery(result, query)) done(result)
    else done(failure('protocol', 'over TCP, what arrived is no answer to the question'))
  })
}
