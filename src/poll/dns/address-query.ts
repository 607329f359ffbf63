import { mergeAnswers } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'
import type { AnswerHandler, Question } from './question.ts'

/** When one family has answered with addresses, the other one gets this much more time, in ms (RFC 8305, section 3). */
const RESOLUTION_DELAY_MS = 50

/** Receives the addresses of a name. */
export interface AddressHandler {
  /** Called with the answer. Called again if the late family answers after all. */
  addressesAnswered(query: AddressQuery, answer: DnsAnswer): void
  /** The final form of an answer if nothing more arrives: it may blame this machine instead of the name. */
  finalAnswer(query: AddressQuery, answer: DnsAnswer): DnsAnswer
}

/** Asks for the addresses of one absolute name: one question for each family, at the same time. */
export class AddressQuery implements AnswerHandler {
  /** The query for IPv4 addresses. */
  readonly query: Buffer
  /** Called with the answer. */
  readonly done: (answer: DnsAnswer) => void
  readonly #handler: AddressHandler
  #ipv6: Question | null = null
  #ipv4: Question | null = null
  #answer6: DnsAnswer | undefined
  #answer4: DnsAnswer | undefined
  #timer: NodeJS.Timeout | null = null

  constructor(query: Buffer, handler: AddressHandler, done: (answer: DnsAnswer) => void) {
    this.query = query
    this.done = done
    this.#handler = handler
  }

  /** Starts these questions, which it handles; null for a family that is not wanted. */
  start(ipv6: Question | null, ipv4: Question | null): void {
    this.#ipv6 = ipv6
    this.#ipv4 = ipv4
    ipv6?.ask()
    ipv4?.ask()
  }

  /** The questions without an answer, or with a timeout. */
  get open(): readonly Question[] {
    const open: Question[] = []
    if (this.#ipv6 !== null && isOpen(this.#answer6)) open.push(this.#ipv6)
    if (this.#ipv4 !== null && isOpen(this.#answer4)) open.push(this.#ipv4)
    return open
  }

  /** The answer if it ended now. */
  current(): DnsAnswer {
    const answer = mergeAnswers(this.#answer6 ?? this.#ipv6?.current, this.#answer4 ?? this.#ipv4?.current)
    return this.#handler.finalAnswer(this, answer)
  }

  /** Whether the servers have given anyone a conclusive answer since they last failed to give one here. */
  get serversHaveAnswered(): boolean {
    return this.#ipv6?.serversHaveAnswered !== false && this.#ipv4?.serversHaveAnswered !== false
  }

  /** Whether a question was sent more than once. */
  wasRepeated(): boolean {
    return this.#ipv6?.wasRepeated === true || this.#ipv4?.wasRepeated === true
  }

  /** Ends it with this answer. */
  finish(answer: DnsAnswer): void {
    this.#ipv6?.finish(answer)
    this.#ipv4?.finish(answer)
  }

  /** One of its questions has its answer. */
  answered(question: Question, answer: DnsAnswer): void {
    if (question === this.#ipv6) this.#answer6 = answer
    else this.#answer4 = answer
    const isComplete =
      (this.#ipv6 === null || this.#answer6 !== undefined) &&
      (this.#ipv4 === null || this.#answer4 !== undefined)
    if (isComplete) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#handler.addressesAnswered(this, mergeAnswers(this.#answer6, this.#answer4))
    } else if (answer.code === '') {
      this.#timer = setTimeout(() => this.#handler.addressesAnswered(this, answer), RESOLUTION_DELAY_MS)
    }
  }
}

function isOpen(answer: DnsAnswer | undefined): boolean {
  return answer === undefined || answer.code === 'TIMEOUT'
}
