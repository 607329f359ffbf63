import { Lru } from './lru.ts'
import type { Usage } from './lru.ts'
import { isDenial } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'

/** Names kept, at about 400 bytes each: less than a poller asks within a TTL, and the cache is of no use. */
const MAX_NAMES = 50_000

/** Bounds of how long addresses are kept, in ms. */
export const MIN_TTL_MS = 1_000
export const MAX_TTL_MS = 3_600_000

/** How long it is kept that a name has no address, in ms. */
export const NEGATIVE_TTL_MS = 5_000

/** How long it is kept that a look-up failed, in ms: short, since it may pass. */
export const FAILURE_TTL_MS = 1_000

/** An answer, and how long it is kept, in ms. */
export interface CachedAnswer {
  answer: DnsAnswer
  readonly expiresAt: number
}

/** The cache of names: addresses for their TTL, failures briefly. */
export class DnsCache {
  readonly #entries: Lru<CachedAnswer>

  constructor(bound = MAX_NAMES) {
    this.#entries = new Lru(bound)
  }

  get size(): number {
    return this.#entries.size
  }

  get fill(): Usage {
    return this.#entries.fill
  }

  get(name: string, now: number): CachedAnswer | undefined {
    const entry = this.#entries.get(name)
    return entry === undefined || entry.expiresAt <= now ? undefined : entry
  }

  set(name: string, answer: DnsAnswer, now: number): void {
    this.#entries.set(name, { answer, expiresAt: now + cacheTtlMs(answer) })
  }

  /** Puts those of these addresses that `name` has first, for as long as its answer is kept. */
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
  }
}

function cacheTtlMs({ code, ttlMs }: DnsAnswer): number {
  if (code === '') return Math.min(Math.max(ttlMs, MIN_TTL_MS), MAX_TTL_MS)
  return isDenial(code) ? NEGATIVE_TTL_MS : FAILURE_TTL_MS
}
