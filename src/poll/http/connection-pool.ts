import type { Usage } from '../../state/usage.ts'
import type { PeerTls } from '../dial/tls.ts'
import type { Exchange } from './exchange.ts'

/** An open connection. */
export interface Connection {
  /** Its transport and origin: only polls with the same key may use it. */
  readonly key: string
  readonly exchange: Exchange
  /** The IP address of the server. */
  readonly address: string
  readonly tls: PeerTls | null
  /** When it was opened, in ms on the monotonic clock. */
  readonly openedAt: number
  /** Not used before this time, in ms on the monotonic clock; 0 until it is released for the first time. */
  usableFrom: number
}

/** Maximum age of a connection, in ms: an old one would hide that the address or the certificate has changed. */
const MAX_AGE_MS = 600_000

/** A connection is not reused for this long after its first response, in ms. */
const COOLDOWN_MS = 50

/**
 * A connection is not reused for this long after a response to HEAD that announces a body, in ms. Some servers send the
 * body, soon after the head. Data that arrives while no request is in flight closes the connection; with a request in
 * flight, a body that looks like a response could be mistaken for the response to it.
 */
const BODY_COOLDOWN_MS = 1_000

/** The connections kept open between polls, at most `max`. The least recently used one is closed first. */
export class ConnectionPool {
  /** By key, the most recently used last. */
  readonly #idle = new Map<string, Connection[]>()
  /** All idle connections, the most recently used last. */
  readonly #order = new Set<Connection>()
  readonly #max: number
  readonly #now: () => number

  constructor(max: number, now: () => number) {
    this.#max = max
    this.#now = now
  }

  /** Number of idle connections. */
  get size(): number {
    return this.#order.size
  }

  /** Number of idle connections, and the most there can be. */
  get usage(): Usage {
    return { used: this.#order.size, most: this.#max }
  }

  /** Takes a connection that can carry a request now, or null. The caller gives it back with `release`. */
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

  /** Keeps a connection after a request if it can take another one, and closes it otherwise. */
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

  /** Closes all idle connections. */
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

  /** The search is short: a key has no more connections than polls in flight. */
  #remove(connection: Connection): void {
    if (!this.#order.delete(connection)) return
    const idle = this.#idle.get(connection.key)
    if (idle === undefined) return
    idle.splice(idle.indexOf(connection), 1)
    if (idle.length === 0) this.#idle.delete(connection.key)
  }
}
