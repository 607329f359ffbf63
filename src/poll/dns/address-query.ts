import { merged } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'
import type { Question } from './question.ts'

/** Where addresses of one family are there, those of the other are waited for this long, in ms (RFC 8305, section 3). */
const RESOLUTION_DELAY_MS = 50

type Family = 4 | 6

/** The questions about the addresses of one absolute name: both families at once, or one. */
export class AddressQuery {
  readonly #done: (answer: DnsAnswer, query: AddressQuery) => void
  readonly #ipv6: Question | null
  readonly #ipv4: Question | null
  #answer6: DnsAnswer | undefined
  #answer4: DnsAnswer | undefined
  #timer: NodeJS.Timeout | null = null

  /** `done` is called with the answer; a second time when the family that was late comes after all. 0: both families. */
  constructor(
    family: 0 | Family,
    question: (family: Family, done: (answer: DnsAnswer) => void) => Question,
    done: (answer: DnsAnswer, query: AddressQuery) => void,
  ) {
    this.#done = done
    this.#ipv6 = family === 4 ? null : question(6, (answer) => this.#take((this.#answer6 = answer)))
    this.#ipv4 = family === 6 ? null : question(4, (answer) => this.#take((this.#answer4 = answer)))
    this.#ipv6?.start()
    this.#ipv4?.start()
  }

  /** Those that have no answer, or only that there was none in time. */
  get open(): readonly Question[] {
    const open: Question[] = []
    if (this.#ipv6 !== null && isOpen(this.#answer6)) open.push(this.#ipv6)
    if (this.#ipv4 !== null && isOpen(this.#answer4)) open.push(this.#ipv4)
    return open
  }

  /** What there is to say now, if nothing more came. */
  get current(): DnsAnswer {
    return merged(this.#answer6 ?? this.#ipv6?.current, this.#answer4 ?? this.#ipv4?.current)
  }

  /** Whether the servers gave an answer of substance to anyone since they failed to give one here. */
  get serversHaveAnswered(): boolean {
    return this.#ipv6?.serversHaveAnswered !== false && this.#ipv4?.serversHaveAnswered !== false
  }

  /** Whether a question had to be asked again. */
  get isLate(): boolean {
    return this.#ipv6?.isLate === true || this.#ipv4?.isLate === true
  }

  /** Ends it with this answer. */
  finish(answer: DnsAnswer): void {
    this.#ipv6?.finish(answer)
    this.#ipv4?.finish(answer)
  }

  #take(answer: DnsAnswer): void {
    const isComplete =
      (this.#ipv6 === null || this.#answer6 !== undefined) &&
      (this.#ipv4 === null || this.#answer4 !== undefined)
    if (isComplete) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#done(merged(this.#answer6, this.#answer4), this)
    } else if (answer.code === '') {
      this.#timer = setTimeout(() => this.#done(answer, this), RESOLUTION_DELAY_MS)
    }
  }
}

function isOpen(answer: DnsAnswer | undefined): boolean {
  return answer === undefined || answer.code === 'TIMEOUT'
}
