import { isDenial } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'
import { encodeQuery, TYPE } from './query.ts'

/** Deadline of a probe, in ms. */
const PROBE_MS = 2_000

/** Minimum time between two probes that nobody waits for, in ms. */
const SPACING_MS = 100

/** Maximum number of lookups waiting for a probe. For more, the servers count as not working. */
const MAX_WAITING = 4_096

/**
 * Finds out whether the name servers work at all, by a question that any of them can answer: the name servers of the root.
 * If they refuse it, it asks for the last name again that was answered with addresses.
 */
export class ServerProbe {
  /** The query for the name servers of the root. */
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

  /** Remembers a query that was answered with addresses. */
  rememberAnswered(query: Buffer): void {
    this.#answeredQuery = query
  }

  /** Calls `done` once it is known whether the servers answer anything. */
  verify(done: (serversWork: boolean) => void): void {
    if (this.#waiters.size >= MAX_WAITING) return done(false)
    this.#waiters.add(done)
    if (!this.#inFlight) this.#send(this.query)
  }

  /** Sends a probe, unless there was one a moment ago. */
  send(): void {
    if (!this.#inFlight && this.#now() - this.#endedAt >= SPACING_MS) this.#send(this.query)
  }

  /** Tells all waiting lookups whether the servers work. */
  settle(serversWork: boolean): void {
    if (this.#waiters.size === 0) return
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const done of waiters) done(serversWork)
  }

  /** Ends the waiting of all lookups. */
  close(): void {
    this.settle(false)
  }

  #send(query: Buffer): void {
    this.#inFlight = true
    this.#ask(query, PROBE_MS, ({ code }) => {
      this.#inFlight = false
      this.#endedAt = this.#now()
      // A conclusive answer has called `settle` already.
      if (code === '' || isDenial(code)) return
      if (this.#waiters.size > 0 && query === this.query && this.#answeredQuery !== null)
        this.#send(this.#answeredQuery)
      else this.settle(false)
    })
  }
}
