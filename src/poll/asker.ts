import type { Socket } from 'node:net'
import type { Resource } from '../resource/resource.ts'
import type { PollerBounds } from '../state/bounds.ts'
import { classify } from './classify.ts'
import { Connections } from './connections.ts'
import type { Connection } from './connections.ts'
import type { Again, Answer, AnyExchange } from './exchange.ts'
import { failure, isFailure } from './flight.ts'
import type { Failure, Flight } from './flight.ts'
import type { Found } from './found.ts'
import { GetFallback } from './get-fallback.ts'
import { Http1Exchange } from './http1-exchange.ts'
import { Http2Exchange } from './http2/http2-exchange.ts'
import type { Inbox } from './inbox.ts'
import { Lanes } from './lanes.ts'
import type { Lane } from './lanes.ts'
import type { PollOptions, UrlOptions } from './options.ts'
import type { Profile } from './profile.ts'
import { isRedirect, Redirects } from './redirects.ts'
import { requestFor } from './request.ts'
import type { Request } from './request.ts'

/** Asks URLs: what all polls of a poller share. */
export class Asker {
  readonly #now: () => number
  readonly #lanes: Lanes
  readonly #connections: Connections

  constructor(options: PollOptions, now: () => number) {
    this.#now = now
    this.#lanes = new Lanes(options, now)
    this.#connections = new Connections(options.keptConnections, now)
  }

  /** What polls with these options need. Throws when the certificates given can't be used. */
  profile(options: UrlOptions): Profile {
    return { options, lane: this.#lanes.of(options) }
  }

  /**
   * One look at a URL: a request, and those that follow from its answer, until there is one to judge. `fresh`: on no
   * connection and with no failed look-up that was kept. `first`: what an earlier look of the same poll has found.
   */
  async look(
    flight: Flight,
    resource: Resource,
    profile: Profile,
    fresh: boolean,
    first: Found | null = null,
  ): Promise<Found> {
    const { method, maxRedirects } = profile.options
    const home = new URL(resource.url)
    const found: Found = {
      method,
      hop: home,
      redirects: 0,
      fallback: null,
      address: '',
      tls: null,
      last: NOTHING,
    }
    try {
      const fallback = first?.fallback ?? new GetFallback(resource, profile.options, this.#now())
      found.fallback = fallback
      const redirects = new Redirects(maxRedirects)
      for (;;) {
        found.method = fallback.method
        const answer = await this.#ask(flight, found, home, profile, fresh)
        found.last = answer
        if (isFailure(answer)) {
          fallback.noAnswer()
          return found
        }
        if (maxRedirects === 0 || !isRedirect(answer.status)) {
          if (fallback.asksAgain(answer, this.#now())) continue
          return found
        }
        const next = redirects.next(found.hop, answer.location)
        if (isFailure(next)) {
          found.last = next
          return found
        }
        found.hop = next
        found.redirects = redirects.count
      }
    } catch (error) {
      // A defect of ours must not look like one of the URL's.
      found.last = classify(error)
      return found
    }
  }

  /** How full its caches are. */
  get bounds(): Omit<PollerBounds, 'polls'> {
    return { ...this.#lanes.bounds, connections: this.#connections.fill }
  }

  close(): void {
    this.#connections.close()
    this.#lanes.close()
  }

  async #ask(
    flight: Flight,
    found: Found,
    home: URL,
    profile: Profile,
    fresh: boolean,
  ): Promise<Answer | Failure> {
    const { hop } = found
    const { options, lane } = profile
    const request = requestFor(found.method, hop, home, options)
    const kept = fresh || !options.keepAlive ? null : this.#connections.take(keyOf(found, lane))
    if (kept !== null) {
      const answer = await askOn(kept, flight, found, request)
      this.#connections.give(kept)
      // The server may have closed it at that moment, or something stale may have come: that says nothing of the URL. So does
      // the 408 with which some servers close a connection that was idle for too long (RFC 9110 section 15.5.9).
      if (isFailure(answer) ? answer.reason === 'timeout' : answer.status !== 408) return answer
    }
    const { answer, again } = await this.#askAnew(flight, found, request, profile, fresh)
    if (again === null || kept?.exchange.again === again) return answer
    return (await this.#askAnew(flight, found, request, profile, true, again)).answer
  }

  /** Asks on a new connection. `again`: how to ask once more, for the server has refused to begin with this one. */
  async #askAnew(
    flight: Flight,
    found: Found,
    request: Request,
    profile: Profile,
    fresh: boolean,
    as: Again = 'same',
  ): Promise<{ readonly answer: Answer | Failure; readonly again: Again | null }> {
    found.address = ''
    found.tls = null
    const connection = await this.#connect(flight, found, profile, fresh, as === 'http/1.1')
    if (isFailure(connection)) return { answer: connection, again: null }
    const answer = await askOn(connection, flight, found, request)
    this.#connections.give(connection)
    if (isFailure(answer) && answer.reason === 'tls') profile.lane.tls.forget(found.hop)
    return { answer, again: connection.exchange.again ?? null }
  }

  async #connect(
    flight: Flight,
    found: Found,
    { options, lane }: Profile,
    fresh: boolean,
    http1: boolean,
  ): Promise<Connection | Failure> {
    const { hop } = found
    const secure = hop.protocol === 'https:'
    const port = hop.port === '' ? (secure ? 443 : 80) : Number(hop.port)
    const dialled = await lane.dialer.dial(flight, hop.hostname, port, { direct: !secure, again: fresh })
    if (isFailure(dialled)) return dialled
    found.address = dialled.address
    const secured = secure ? await lane.tls.secure(flight, dialled.socket, hop, found, http1) : null
    if (isFailure(secured)) return secured
    const socket = secured ?? dialled.socket
    return {
      key: keyOf(found, lane),
      exchange: exchangeOn(socket, dialled.inbox, hop.origin, options.keepAlive),
      address: dialled.address,
      tls: found.tls,
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

function keyOf({ hop }: Found, lane: Lane): string {
  return `${lane.key}${hop.origin}`
}

function exchangeOn(socket: Socket, inbox: Inbox | null, origin: string, keep: boolean): AnyExchange {
  const http2 = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2'
  return http2 ? new Http2Exchange(origin, socket, keep) : new Http1Exchange(origin, socket, keep, inbox)
}

const NOTHING = failure('local', 'not asked')
