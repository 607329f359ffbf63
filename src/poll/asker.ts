import type { Socket } from 'node:net'
import type { Resource } from '../resource/resource.ts'
import { Connections } from './connections.ts'
import type { Connection } from './connections.ts'
import { Dialer } from './dial.ts'
import { Exchange } from './exchange.ts'
import type { Answer, AnyExchange } from './exchange.ts'
import { failure, isFailure } from './flight.ts'
import type { Failure, Flight } from './flight.ts'
import type { Found } from './found.ts'
import { HeadExchange } from './head-exchange.ts'
import type { Inbox } from './inbox.ts'
import type { PollOptions } from './options.ts'
import { isRedirect, Redirects } from './redirects.ts'
import { requestFor } from './request.ts'
import type { Request } from './request.ts'
import { Tls } from './tls.ts'

/** HEAD is tried again this long after it was refused, in ms. */
const HEAD_REFUSED_MS = 3_600_000

/** Asks URLs: what all polls of a poller share. */
export class Asker {
  readonly #options: PollOptions
  readonly #now: () => number
  readonly #dialer: Dialer
  readonly #tls: Tls
  readonly #connections: Connections

  constructor(options: PollOptions, now: () => number) {
    this.#options = options
    this.#now = now
    this.#dialer = new Dialer(options)
    this.#tls = new Tls(options, now)
    this.#connections = new Connections(options.keptConnections, now)
  }

  /**
   * One look at a URL: a request, and those that follow from its answer, until there is one to judge. `fresh`: on no
   * connection that was kept.
   */
  async look(flight: Flight, resource: Resource, fresh: boolean): Promise<Found> {
    const { getFallback, maxRedirects, method } = this.#options
    const home = new URL(resource.url)
    const found: Found = {
      method: resource.headRefusedUntil > this.#now() ? 'GET' : method,
      hop: home,
      redirects: 0,
      address: '',
      tls: null,
      last: NOTHING,
    }
    const redirects = new Redirects(maxRedirects)
    let headRefused = false
    for (;;) {
      const answer = await this.#ask(flight, found, home, fresh)
      found.last = answer
      if (isFailure(answer)) return found
      if (refusesMethod(answer.status) && found.method === 'HEAD' && getFallback) {
        found.method = 'GET'
        headRefused = true
        continue
      }
      if (headRefused && !refusesMethod(answer.status))
        resource.headRefusedUntil = this.#now() + HEAD_REFUSED_MS
      if (maxRedirects === 0 || !isRedirect(answer.status)) return found
      const next = redirects.next(found.hop, answer.location)
      if (isFailure(next)) {
        found.last = next
        return found
      }
      found.hop = next
      found.redirects = redirects.count
    }
  }

  close(): void {
    this.#connections.close()
    this.#dialer.close()
  }

  async #ask(flight: Flight, found: Found, home: URL, fresh: boolean): Promise<Answer | Failure> {
    const { hop } = found
    const request = requestFor(found.method, hop, home, this.#options)
    const kept = fresh || !this.#options.keepAlive ? null : this.#connections.take(keyOf(found))
    if (kept !== null) {
      const answer = this.#heard(kept, await askOn(kept, flight, found, request))
      // The server may have closed it at that moment, or something stale may have come: that says nothing of the URL.
      if (!isFailure(answer) || answer.reason === 'timeout') return answer
    }
    found.address = ''
    found.tls = null
    const connection = await this.#connect(flight, hop, found)
    if (isFailure(connection)) return connection
    const answer = this.#heard(connection, await askOn(connection, flight, found, request))
    if (isFailure(answer) && answer.reason === 'tls') this.#tls.forget(hop)
    return answer
  }

  /** Keeps the connection, or closes it. */
  #heard(connection: Connection, answer: Answer | Failure): Answer | Failure {
    if (this.#options.keepAlive && !isFailure(answer)) this.#connections.give(connection)
    else connection.exchange.close()
    return answer
  }

  async #connect(flight: Flight, hop: URL, found: Found): Promise<Connection | Failure> {
    const secure = hop.protocol === 'https:'
    const port = hop.port === '' ? (secure ? 443 : 80) : Number(hop.port)
    const direct = !secure && found.method === 'HEAD'
    const dialled = await this.#dialer.dial(flight, hop.hostname, port, direct)
    if (isFailure(dialled)) return dialled
    found.address = dialled.address
    const secured = secure ? await this.#tls.secure(flight, dialled.socket, hop) : null
    if (isFailure(secured)) return secured
    const socket = secured?.socket ?? dialled.socket
    return {
      key: keyOf(found),
      exchange: exchangeOn(socket, dialled.inbox, found, this.#options.keepAlive),
      address: dialled.address,
      tls: secured?.facts ?? null,
      openedAt: this.#now(),
      restsUntil: 0,
    }
  }
}

/** Not async: one more such frame would be an eighth of all that a poll on a kept connection allocates. */
function askOn(
  connection: Connection,
  flight: Flight,
  found: Found,
  request: Request,
): Promise<Answer | Failure> {
  found.address = connection.address
  found.tls = connection.tls
  return connection.exchange.ask(flight, request)
}

/** A connection that was opened for one method is not used for the other: see exchangeOn. */
function keyOf({ method, hop }: Found): string {
  return `${method} ${hop.origin}`
}

/** HEAD over HTTP/1 is asked by hand, all else by undici. */
function exchangeOn(socket: Socket, inbox: Inbox | null, { method, hop }: Found, keep: boolean): AnyExchange {
  const http2 = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2'
  return method === 'HEAD' && !http2
    ? new HeadExchange(hop.origin, socket, keep, inbox)
    : new Exchange(hop.origin, socket, keep)
}

/** 405 Method Not Allowed, 501 Not Implemented. */
function refusesMethod(status: number): boolean {
  return status === 405 || status === 501
}

const NOTHING = failure('local', 'not asked')
