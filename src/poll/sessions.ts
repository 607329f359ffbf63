import type { Fill } from '../state/bounds.ts'
import { Lru } from './lru.ts'

/** Origins whose TLS sessions are kept, at most: a session is some 2 KB. */
const MOST = 8_192

/** After this, in ms, a session is not offered again, so that a certificate that was swapped or has expired is seen. */
export const FULL_HANDSHAKE_MS = 3_600_000

/**
 * A session is renewed after this, in ms: to read the tickets of every handshake, and to write them as bytes with the
 * server's certificate in them, costs something in each poll.
 */
export const RENEW_MS = 60_000

interface Kept {
  readonly session: Buffer
  /** When the last full handshake was, in ms on the monotonic clock. */
  readonly fullAt: number
  /** When the certificate that was seen then expires, in ms since the epoch. */
  readonly expiresAt: number
  /** When the server gave it, in ms on the monotonic clock. */
  readonly givenAt: number
}

/** The TLS sessions of a poller, one for each origin. */
export class Sessions {
  readonly #kept = new Lru<Kept>(MOST)
  /** Origins that took a session once and then no more: each handshake needs a new one there. */
  readonly #singleUse = new Lru<true>(MOST)

  /** How many are kept. */
  get fill(): Fill {
    return this.#kept.fill
  }

  /** The session to offer to an origin, if its last full handshake was recent and its certificate has not expired. */
  offer(origin: string, now: number, wallMs: number): Kept | undefined {
    const kept = this.#kept.get(origin)
    if (kept === undefined) return undefined
    if (now - kept.fullAt < FULL_HANDSHAKE_MS && !(kept.expiresAt <= wallMs)) return kept
    this.forget(origin)
    return undefined
  }

  /** Whether the handshake in which `offered` goes out shall bring another session. */
  renews(origin: string, offered: Kept | undefined, now: number): boolean {
    if (offered === undefined || now - offered.givenAt >= RENEW_MS) return true
    return this.#singleUse.get(origin) !== undefined
  }

  /** Keeps a session that the server gave. */
  keep(origin: string, kept: Kept): void {
    this.#kept.set(origin, kept)
  }

  /** The server did not take the session that it was offered. */
  refused(origin: string): void {
    this.#kept.delete(origin)
    this.#singleUse.set(origin, true)
  }

  /** Something was wrong with the origin: its next handshake is a full one. */
  forget(origin: string): void {
    this.#kept.delete(origin)
    this.#singleUse.delete(origin)
  }
}
