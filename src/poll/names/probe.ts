import { isDenial } from './answer.ts'
import type { DnsAnswer } from './answer.ts'
import { encodeQuery, TYPE } from './message.ts'

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
  readonly #doubts = new Set<(isProven: boolean) => void>()
  #known: Buffer | null = null
  #isOut = false
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
    this.#known = query
  }

  /** `told` hears whether the servers answer anything, once that is known. */
  verify(told: (isProven: boolean) => void): void {
    if (this.#doubts.size >= MAX_WAITING) return told(false)
    this.#doubts.add(told)
    if (!this.#isOut) this.#send(this.query)
  }

  /** Sends one, unless there was one a moment ago. */
  send(): void {
    if (!this.#isOut && this.#now() - this.#endedAt >= SPACING_MS) this.#send(this.query)
  }

  /** The servers answered something, or answer nothing. */
  settle(isProven: boolean): void {
    if (this.#doubts.size === 0) return
    const doubts = [...this.#doubts]
    this.#doubts.clear()
    for (const told of doubts) told(isProven)
  }

  /** Whoever waits is told. */
  close(): void {
    this.settle(false)
  }

  #send(query: Buffer): void {
    this.#isOut = true
    this.#ask(query, PROBE_MS, ({ code }) => {
      this.#isOut = false
      this.#endedAt = this.#now()
      // An answer of substance has settled it already.
      if (code === '' || isDenial(code)) return
      if (this.#doubts.size > 0 && query === this.query && this.#known !== null) this.#send(this.#known)
      else this.settle(false)
    })
  }
}
