import type { Judgement } from './judge.ts'
import { isUplinkFault } from './uplink-monitor.ts'
import { isExhaustion } from '../../state/local-causes.ts'

/** A fault is reported again if its kind has not occurred for this long, in ms. */
const EVENT_MS = 10_000

/** Maximum number of kinds of faults remembered. */
const MAX_KINDS = 64

/** Concurrency is never lowered below this share of `concurrency`. */
const MIN_SHARE = 1 / 16

/** Concurrency rises by one after this many polls without a local fault. */
const SUCCESSES_PER_INCREASE = 8

/**
 * Handles faults of this machine (reason `local`): reports each once, not for every URL, and lowers the number of concurrent
 * polls if descriptors, ports or memory run out. Concurrency rises again as polls succeed.
 */
export class LocalFaults {
  readonly #maxConcurrency: number
  readonly #now: () => number
  readonly #notice: (line: string) => void
  /** Kinds of faults, and when each occurred last. */
  readonly #seenAt = new Map<string, number>()
  #concurrency: number
  #successes = 0

  constructor(concurrency: number, now: () => number, notice: (line: string) => void) {
    this.#maxConcurrency = concurrency
    this.#concurrency = concurrency
    this.#now = now
    this.#notice = notice
  }

  /** Maximum number of polls in flight at present. */
  get concurrency(): number {
    return this.#concurrency
  }

  /** Takes note of whose fault a poll found. `inFlight`: the number of polls in flight, this one included. */
  record({ verdict, reason, detail }: Judgement, inFlight: number): void {
    if (verdict !== 'unknown') this.recordSuccess()
    else if (reason === 'local' && !isUplinkFault(detail)) this.recordFault(detail, inFlight)
  }

  /** A poll failed because of this machine. `inFlight`: the number of polls in flight, this one included. */
  recordFault(detail: string, inFlight: number): void {
    const now = this.#now()
    if (isExhaustion(detail)) {
      // The other polls in flight did not fail: the machine can carry that many.
      const min = Math.max(1, Math.floor(this.#maxConcurrency * MIN_SHARE))
      this.#concurrency = Math.max(min, Math.min(this.#concurrency, inFlight - 1))
    }
    // The text before the first number or address: these differ from URL to URL.
    const kind = (/^[^\d[]*/.exec(detail)?.[0] ?? '').trim()
    const seenAt = this.#seenAt.get(kind)
    if (seenAt === undefined && this.#seenAt.size === MAX_KINDS) this.#seenAt.clear()
    if (seenAt === undefined || now - seenAt >= EVENT_MS) this.#notice(`the fault is on our side: ${detail}`)
    this.#seenAt.set(kind, now)
  }

  /** A poll was not hindered by this machine, whatever it found. */
  recordSuccess(): void {
    if (this.#concurrency === this.#maxConcurrency || ++this.#successes < SUCCESSES_PER_INCREASE) return
    this.#successes = 0
    this.#concurrency++
  }
}
