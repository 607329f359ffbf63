import type { Usage } from '../../state/usage.ts'
import { LruCache } from '../dns/lru-cache.ts'
import type { PeerCertificates } from './peer-certificates.ts'

/** Maximum number of cached sessions. A session takes about 2 KB. */
const MAX_SESSIONS = 8_192

/** A session is not offered for longer after its full handshake, in ms, so that a replaced or expired certificate is noticed. */
export const MAX_RESUMPTION_MS = 3_600_000

/**
 * A session is replaced by a new one after this time, in ms. Not at each handshake: to read the session ticket and to
 * serialize it with the server's certificate costs CPU.
 */
export const RENEW_MS = 60_000

/** Handshakes in a row that offered a session and failed, after which an origin is taken for one that breaks by an offer. */
const MAX_FAILED_OFFERS = 2

/** No session is offered to such an origin for this long, in ms. */
export const NO_OFFERS_MS = 86_400_000

interface CachedSession {
  readonly session: Buffer
  /** Time of the last full handshake, in ms on the monotonic clock. */
  readonly fullHandshakeAt: number
  /** When the certificate of that handshake expires, in ms since the epoch. */
  readonly expiresAt: number
  /** When it was received, in ms on the monotonic clock. */
  readonly receivedAt: number
  /** The certificates of that handshake, if they are read: a resumed one brings none. */
  readonly certificates?: PeerCertificates | null
}

/** TLS sessions, one for each origin. The least recently used one is dropped at the limit. */
export class SessionCache {
  readonly #sessions = new LruCache<CachedSession>(MAX_SESSIONS)
  /** Origins that accept a session only once: there each handshake needs a new one. */
  readonly #singleUse = new LruCache<true>(MAX_SESSIONS)

  /** Offers that failed since the last one that was accepted, and when the last one was made, in ms on the monotonic clock. */
  readonly #failedOffers = new LruCache<{ readonly count: number; readonly at: number }>(MAX_SESSIONS)

  /** Number of cached sessions, and the most there can be. */
  get usage(): Usage {
    return this.#sessions.usage
  }

  /** The session to offer to an origin. Undefined if its full handshake was too long ago or its certificate has expired. */
  get(origin: string, now: number, wallMs: number): CachedSession | undefined {
    const session = this.#sessions.get(origin)
    if (session === undefined || this.#breaksByOffers(origin, now)) return undefined
    if (now - session.fullHandshakeAt < MAX_RESUMPTION_MS && !(session.expiresAt <= wallMs)) return session
    this.forget(origin)
    return undefined
  }

  /** Whether to ask for a new session in the handshake that offers `offered`. */
  needsRenewal(origin: string, offered: CachedSession | undefined, now: number): boolean {
    if (this.#breaksByOffers(origin, now)) return false
    if (offered === undefined || now - offered.receivedAt >= RENEW_MS) return true
    return this.#singleUse.get(origin) !== undefined
  }

  /** Stores a session received from the server. */
  set(origin: string, session: CachedSession): void {
    this.#sessions.set(origin, session)
  }

  /** The server resumed the session offered. */
  accepted(origin: string): void {
    this.#failedOffers.delete(origin)
  }

  /** A handshake failed that offered a session: the next one is a full one. Some servers close, or say nothing, where they cannot resume. */
  failed(origin: string, now: number): void {
    this.forget(origin)
    this.#failedOffers.set(origin, { count: (this.#failedOffers.get(origin)?.count ?? 0) + 1, at: now })
  }

  #breaksByOffers(origin: string, now: number): boolean {
    const failed = this.#failedOffers.get(origin)
    if (failed === undefined || failed.count < MAX_FAILED_OFFERS) return false
    if (now - failed.at < NO_OFFERS_MS) return true
    this.#failedOffers.delete(origin)
    return false
  }

  /** The server did not accept the session offered. */
  rejected(origin: string): void {
    this.#sessions.delete(origin)
    this.#singleUse.set(origin, true)
  }

  /** Drops the session of an origin after a failure, so that its next handshake is a full one. */
  forget(origin: string): void {
    this.#sessions.delete(origin)
    this.#singleUse.delete(origin)
  }
}
