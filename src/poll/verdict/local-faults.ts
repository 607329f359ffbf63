import { isExhaustion } from '../../state/local-causes.ts'

/** A fault of the same kind within this time of its last telling is the same event, in ms. */
const EVENT_MS = 10_000

/** Kinds that are remembered, at most. */
const MAX_KINDS = 64

/** Concurrency is never lowered below this share of what was asked for. */
const MIN_SHARE = 1 / 16

/** So many polls that went well allow one more at once. */
const SUCCESSES_PER_INCREASE = 8

/**
 * What goes wrong on our side: told once for each event, not for each URL, and answered with fewer polls at once where
 * that helps: no descriptors, no ports, no memory. Concurrency comes back as polls go well.
 */
export class LocalFaults {
  readonly #maxConcurrency: number
  readonly #now: () => number
  readonly #notice: (line: string) => void
  /** Kinds of fault, and when each was told last. */
  readonly #reportedAt = new Map<string, number>()
  #concurrency: number
  #successes = 0

  constructor(concurrency: number, now: () => number, notice: (line: string) => void) {
    this.#maxConcurrency = concurrency
    this.#concurrency = concurrency
    this.#now = now
    this.#notice = notice
  }

  /** Polls that may be in flight now. */
  get concurrency(): number {
    return this.#concurrency
  }

  /** A poll said nothing of its URL. `inFlight`: this one and the others. */
  recordFault(detail: string, inFlight: number): void {
    const now = this.#now()
    if (isExhaustion(detail)) {
      // Those in flight that don't fail show how many the machine can carry.
      const min = Math.max(1, Math.floor(this.#maxConcurrency * MIN_SHARE))
      this.#concurrency = Math.max(min, Math.min(this.#concurrency, inFlight - 1))
    }
    // The part before what differs from URL to URL: numbers and addresses.
    const kind = (/^[^\d[]*/.exec(detail)?.[0] ?? '').trim()
    const reportedAt = this.#reportedAt.get(kind)
    if (reportedAt === undefined && this.#reportedAt.size === MAX_KINDS) this.#reportedAt.clear()
    if (reportedAt === undefined || now - reportedAt >= EVENT_MS)
      this.#notice(`the fault is on our side: ${detail}`)
    this.#reportedAt.set(kind, now)
  }

  /** A poll was carried out, whatever it found. */
  recordSuccess(): void {
    if (this.#concurrency === this.#maxConcurrency || ++this.#successes < SUCCESSES_PER_INCREASE) return
    this.#successes = 0
    this.#concurrency++
  }
}
