import { monotonicMs } from '../../runtime/clock.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { connectFailure, dialFailure } from '../dial/dial-errors.ts'
import type { ConnectFailure } from '../dial/dial-errors.ts'
import { askOverTcp, TcpQueryError } from '../dns/tcp-query.ts'
import { UdpSocket } from '../dns/udp-socket.ts'
import type { ReplyHandler } from '../dns/udp-socket.ts'
import { answersQuery } from './dns-message.ts'

/** The query is sent again after this time, in ms, to the next address if there is one. The time doubles up to the maximum. */
const MIN_RESEND_MS = 500
const MAX_RESEND_MS = 2_000

/** Maximum number of addresses of a server that are asked. */
const MAX_ADDRESSES = 8

/** An answer over UDP, and the address that it came from. */
export interface UdpAnswer {
  readonly message: Buffer
  readonly address: string
}

/** One query over UDP, sent until one of the addresses answers. `done` is called once, unless `close` is called before. */
export class UdpQuery {
  readonly #addresses: readonly string[]
  readonly #port: number
  readonly #query: Buffer
  readonly #done: (result: UdpAnswer | Failure) => void
  readonly #sockets = new Map<string, UdpSocket>()
  readonly #failures = new Map<string, ConnectFailure>()
  #next = 0
  #delayMs = MIN_RESEND_MS
  #timer: NodeJS.Timeout | null = null
  #strange = false

  constructor(
    addresses: readonly string[],
    port: number,
    query: Buffer,
    done: (result: UdpAnswer | Failure) => void,
  ) {
    this.#addresses = [...new Set(addresses)].slice(0, MAX_ADDRESSES)
    this.#port = port
    this.#query = query
    this.#done = done
    this.#send()
  }

  /** Whether something came that was no answer to the query. */
  get sawStrange(): boolean {
    return this.#strange
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const socket of this.#sockets.values()) socket.close(null)
    this.#sockets.clear()
  }

  #send(): void {
    const working = this.#addresses.filter((address) => !this.#failures.has(address))
    const address = working[this.#next++ % working.length] as string
    let socket = this.#sockets.get(address)
    if (socket === undefined) {
      socket = new UdpSocket({ host: address, port: this.#port }, monotonicMs(), () => (this.#strange = true))
      this.#sockets.set(address, socket)
    }
    const handler: ReplyHandler = { id: 0, handle: (result) => this.#take(address, result) }
    socket.send(this.#query, handler)
    this.#timer = setTimeout(() => this.#send(), this.#delayMs)
    this.#delayMs = Math.min(MAX_RESEND_MS, 2 * this.#delayMs)
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
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#failures.size < this.#addresses.length) return this.#send()
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
