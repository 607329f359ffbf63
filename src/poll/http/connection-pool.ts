import type { Usage } from '../../state/usage.ts'
import type { TlsInfo } from '../../state/state.ts'
import type { Exchange } from './exchange.ts'

/** A connection that is open, and what is known of it. */
export interface Connection {
  /** What it is kept under: its transport and its origin. */
  readonly key: string
  readonly exchange: Exchange
  /** The IP address it goes to. */
  readonly address: string
  readonly tls: TlsInfo | null
  /** When it was opened, in ms on the monotonic clock. */
  readonly openedAt: number
  /** It is not used before this, in ms on the monotonic clock; 0 before its first rest. */
  usableFrom: number
}

/** An older one is not used any more, in ms: it would never see that the name's address or the certificate has changed. */
const MAX_AGE_MS = 600_000

/** After its first answer a connection is left alone this long, in ms. */
const COOLDOWN_MS = 50

/**
 * After an answer to HEAD that told of a body a connection is left alone this long, in ms. A server that sends the body
 * all the same does so soon, and what comes while nothing was asked closes the connection. Otherwise a body that looks
 * like an answer could be taken for that of the next poll.
 */
const BODY_COOLDOWN_MS = 1_000

/** The connections that are kept between polls. Bounded: what was used least recently goes first. */
export class ConnectionPool {
  /** By key; used last stands last. */
  readonly #idle = new Map<string, Connection[]>()
  /** All of them; used last stands last. */
  readonly #order = new Set<Connection>()
  readonly #max: number
  readonly #now: () => number

  constructor(max: number, now: () => number) {
    this.#max = max
    this.#now = now
  }

  /** How many are kept. */
  get size(): number {
    return this.#order.size
  }

  get fill(): Usage {
    return { used: this.#order.size, most: this.#max }
  }

  /** A connection that may carry a request now; the caller's until it is given back. */
  acquire(key: string): Connection | null {
    const idle = this.#idle.get(key)
    if (idle === undefined) return null
    const now = this.#now()
    for (let at = idle.length - 1; at >= 0; at--) {
      const connection = idle[at] as Connection
      if (connection.usableFrom > now) continue
      this.#remove(connection)
      if (connection.exchange.reusable && now - connection.openedAt < MAX_AGE_MS) return connection
      connection.exchange.close()
    }
    return null
  }

  /** Keeps a connection that was asked, if it is fit for another request; closes it if not. */
  release(connection: Connection): void {
    if (!connection.exchange.reusable) {
      connection.exchange.close()
      return
    }
    const isNew = connection.usableFrom === 0
    if (isNew) connection.exchange.onClose(() => this.#remove(connection))
    if (connection.exchange.bodyAnnounced) connection.usableFrom = this.#now() + BODY_COOLDOWN_MS
    else if (isNew) connection.usableFrom = this.#now() + COOLDOWN_MS
    if (this.#order.size >= this.#max) this.#dropOldest()
    const idle = this.#idle.get(connection.key)
    if (idle === undefined) this.#idle.set(connection.key, [connection])
    else idle.push(connection)
    this.#order.add(connection)
  }

  /** Closes all. */
  close(): void {
    for (const { exchange } of this.#order) exchange.close()
    this.#order.clear()
    this.#idle.clear()
  }

  #dropOldest(): void {
    for (const oldest of this.#order) {
      this.#remove(oldest)
      oldest.exchange.close()
      return
    }
  }

  /** A key has as many at most as it may have polls in flight: few. */
  #remove(connection: Connection): void {
    if (!this.#order.delete(connection)) return
    const idle = this.#idle.get(connection.key)
    if (idle === undefined) return
    idle.splice(idle.indexOf(connection), 1)
    if (idle.length === 0) this.#idle.delete(connection.key)
  }
}
