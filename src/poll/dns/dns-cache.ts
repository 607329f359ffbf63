import { LruCache } from './lru-cache.ts'
import type { Usage } from '../../state/usage.ts'
import { isDenial } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'
import { MAX_NAME } from './query.ts'

/** Maximum number of names, at about 400 bytes each. If a poller looks up more names within a TTL, the cache is useless. */
const MAX_NAMES = 50_000

/** Maximum number of addresses of all names together, at about 100 bytes each. A name may have 2,048. */
const MAX_ADDRESSES = 250_000

/** Addresses are kept at least this long, in ms. */
export const MIN_TTL_MS = 1_000

/** Addresses are kept at most this long, in ms. */
export const MAX_TTL_MS = 3_600_000

/** Denials (NXDOMAIN, NODATA) are kept this long, in ms. */
export const NEGATIVE_TTL_MS = 5_000

/** Failed lookups are kept this long, in ms: not long, because the fault may be temporary. */
export const FAILURE_TTL_MS = 1_000

/** An answer, and when it expires, in ms on the monotonic clock. */
export interface CachedAnswer {
  answer: DnsAnswer
  readonly expiresAt: number
}

/** Caches answers by name: addresses for their TTL, failures briefly. */
export class DnsCache {
  readonly #entries: LruCache<CachedAnswer>
  readonly #maxAddresses: number
  /** How many addresses it has. */
  #addresses = 0

  constructor(bound = MAX_NAMES, maxAddresses = MAX_ADDRESSES) {
    this.#maxAddresses = maxAddresses
    this.#entries = new LruCache(bound, ({ answer }) => (this.#addresses -= answer.addresses.length))
  }

  get size(): number {
    return this.#entries.size
  }

  get usage(): Usage {
    return this.#entries.usage
  }

  get(name: string, now: number): CachedAnswer | undefined {
    const entry = this.#entries.get(name)
    return entry === undefined || entry.expiresAt <= now ? undefined : entry
  }

  set(name: string, answer: DnsAnswer, now: number): void {
    // With its dot, a name has one byte less as text than in a message. Longer ones can't be looked up.
    if (name.length >= MAX_NAME) return
    this.#entries.set(name, { answer, expiresAt: now + cacheTtlMs(answer) })
    this.#addresses += answer.addresses.length
    while (this.#addresses > this.#maxAddresses && this.#entries.size > 1) this.#entries.deleteOldest()
  }

  /** Moves these addresses of `name` to the front of its cached answer. */
  prefer(name: string, addresses: readonly string[]): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    const preferred = new Set(addresses)
    const isPreferred = (address: string) => preferred.has(address)
    const all = entry.answer.addresses
    const reordered = [...all.filter(isPreferred), ...all.filter((address) => !isPreferred(address))]
    entry.answer = { ...entry.answer, addresses: reordered }
  }

  clear(): void {
    this.#entries.clear()
    this.#addresses = 0
  }
}

function cacheTtlMs({ code, ttlMs }: DnsAnswer): number {
  if (code === '') return Math.min(Math.max(ttlMs, MIN_TTL_MS), MAX_TTL_MS)
  return isDenial(code) ? NEGATIVE_TTL_MS : FAILURE_TTL_MS
}
