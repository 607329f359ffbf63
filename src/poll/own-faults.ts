import { isScarcity } from './classify.ts'

/** A fault of the same kind within this time of its last telling is the same event, in ms. */
const EVENT_MS = 10_000

/** Kinds that are remembered, at most. */
const MOST_KINDS = 64

/** Concurrency is never lowered below this share of what was asked for. */
const LEAST_SHARE = 1 / 16

/** So many polls that went well allow one more at once. */
const WELL_FOR_ONE = 8

/**
 * What goes wrong on our side: told once for each event, not for each URL, and answered with fewer polls at once where
 * that helps: no descriptors, no ports, no memory. Concurrency comes back as polls go well.
 */
export class OwnFaults {
  readonly #most: number
  readonly #now: () => number
  readonly #notice: (line: string) => void
  /** Kinds of fault, and when each was told last. */
  readonly #toldAt = new Map<string, number>()
  #concurrency: number
  #well = 0

  constructor(concurrency: number, now: () => number, notice: (line: string) => void) {
    this.#most = concurrency
    this.#concurrency = concurrency
    this.#now = now
    this.#notice = notice
  }

  /** Polls that may be in flight now. */
  get concurrency(): number {
    return this.#concurrency
  }

  /** A poll said nothing of its URL. `inFlight`: this one and the others. */
  fault(detail: string, inFlight: number): void {
    const now = this.#now()
    if (isScarcity(detail)) {
      // Those in flight that don't fail show how many the machine can carry.
      const least = Math.max(1, Math.floor(this.#most * LEAST_SHARE))
      this.#concurrency = Math.max(least, Math.min(this.#concurrency, inFlight - 1))
    }
    // The part before what differs from URL to URL: numbers and addresses.
    const kind = (/^[^\d[]*/.exec(detail)?.[0] ?? '').trim()
    const toldAt = this.#toldAt.get(kind)
    if (toldAt === undefined && this.#toldAt.size === MOST_KINDS) this.#toldAt.clear()
    if (toldAt === undefined || now - toldAt >= EVENT_MS) this.#notice(`the fault is on our side: ${detail}`)
    this.#toldAt.set(kind, now)
  }

  /** A poll was carried out, whatever it found. */
  well(): void {
    if (this.#concurrency === this.#most || ++this.#well < WELL_FOR_ONE) return
    this.#well = 0
    this.#concurrency++
  }
}
