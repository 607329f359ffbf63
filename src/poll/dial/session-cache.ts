import type { Usage } from '../../state/usage.ts'
import { Lru } from '../dns/lru.ts'

/** Origins whose TLS sessions are kept, at most: a session is some 2 KB. */
const MAX_SESSIONS = 8_192

/** After this, in ms, a session is not offered again, so that a certificate that was swapped or has expired is seen. */
export const MAX_RESUMPTION_MS = 3_600_000

/**
 * A session is renewed after this, in ms: to read the tickets of every handshake, and to write them as bytes with the
 * server's certificate in them, costs something in each poll.
 */
export const RENEW_MS = 60_000

interface CachedSession {
  readonly session: Buffer
  /** When the last full handshake was, in ms on the monotonic clock. */
  readonly fullHandshakeAt: number
  /** When the certificate that was seen then expires, in ms since the epoch. */
  readonly expiresAt: number
  /** When the server gave it, in ms on the monotonic clock. */
  readonly receivedAt: number
}

/** The TLS sessions of a poller, one for each origin. */
export class SessionCache {
  readonly #sessions = new Lru<CachedSession>(MAX_SESSIONS)
  /** Origins that took a session once and then no more: each handshake needs a new one there. */
  readonly #singleUse = new Lru<true>(MAX_SESSIONS)

  /** How many are kept. */
  get fill(): Usage {
    return this.#sessions.fill
  }

  /** The session to offer to an origin, if its last full handshake was recent and its certificate has not expired. */
  get(origin: string, now: number, wallMs: number): CachedSession | undefined {
    const session = this.#sessions.get(origin)
    if (session === undefined) return undefined
    if (now - session.fullHandshakeAt < MAX_RESUMPTION_MS && !(session.expiresAt <= wallMs)) return session
    this.forget(origin)
    return undefined
  }

  /** Whether the handshake in which `offered` goes out shall bring another session. */
  needsRenewal(origin: string, offered: CachedSession | undefined, now: number): boolean {
    if (offered === undefined || now - offered.receivedAt >= RENEW_MS) return true
    return this.#singleUse.get(origin) !== undefined
  }

  /** Keeps a session that the server gave. */
  set(origin: string, session: CachedSession): void {
    this.#sessions.set(origin, session)
  }

  /** The server did not take the session that it was offered. */
  rejected(origin: string): void {
    this.#sessions.delete(origin)
    this.#singleUse.set(origin, true)
  }

  /** Something was wrong with the origin: its next handshake is a full one. */
  forget(origin: string): void {
    this.#sessions.delete(origin)
    this.#singleUse.delete(origin)
  }
}
