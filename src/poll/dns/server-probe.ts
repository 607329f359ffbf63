import { isDenial } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'
import { encodeQuery, TYPE } from './query.ts'

/** How long a probe may take, in ms. */
const PROBE_MS = 2_000

/** From the end of one to the next that nobody waits for, in ms. */
const SPACING_MS = 100

/** Look-ups that wait for a probe's answer: at the bound they are in doubt. */
const MAX_WAITING = 4_096

/**
 * Asks a question that any name server can answer: the name servers of the root. Where that is refused, the name that
 * was answered last is asked for again.
 */
export class ServerProbe {
  readonly query = encodeQuery('.', TYPE.NS) as Buffer
  readonly #now: () => number
  readonly #ask: (query: Buffer, ms: number, done: (answer: DnsAnswer) => void) => void
  readonly #waiters = new Set<(serversWork: boolean) => void>()
  #answeredQuery: Buffer | null = null
  #inFlight = false
  #endedAt = -Infinity

  constructor(
    now: () => number,
    ask: (query: Buffer, ms: number, done: (answer: DnsAnswer) => void) => void,
  ) {
    this.#now = now
    this.#ask = ask
  }

  /** This question was answered with addresses. */
  rememberAnswered(query: Buffer): void {
    this.#answeredQuery = query
  }

  /** `done` hears whether the servers answer anything, once that is known. */
  verify(done: (serversWork: boolean) => void): void {
    if (this.#waiters.size >= MAX_WAITING) return done(false)
    this.#waiters.add(done)
    if (!this.#inFlight) this.#send(this.query)
  }

  /** Sends one, unless there was one a moment ago. */
  send(): void {
    if (!this.#inFlight && this.#now() - this.#endedAt >= SPACING_MS) this.#send(this.query)
  }

  /** The servers answered something, or answer nothing. */
  settle(serversWork: boolean): void {
    if (this.#waiters.size === 0) return
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const done of waiters) done(serversWork)
  }

  /** Whoever waits is told. */
  close(): void {
    this.settle(false)
  }

  #send(query: Buffer): void {
    this.#inFlight = true
    this.#ask(query, PROBE_MS, ({ code }) => {
      this.#inFlight = false
      this.#endedAt = this.#now()
      // An answer of substance has settled it already.
      if (code === '' || isDenial(code)) return
      if (this.#waiters.size > 0 && query === this.query && this.#answeredQuery !== null)
        this.#send(this.#answeredQuery)
      else this.settle(false)
    })
  }
}
