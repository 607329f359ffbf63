import { merged } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Question } from './question.ts'

/** Where addresses of one family are there, those of the other are waited for this long, in ms (RFC 8305, section 3). */
const RESOLUTION_DELAY_MS = 50

type Family = 4 | 6

/** The questions about the addresses of one absolute name: both families at once, or one. */
export class AddressQuery {
  readonly #done: (answer: Answer, query: AddressQuery) => void
  readonly #questions = new Map<Family, Question>()
  readonly #answers = new Map<Family, Answer>()
  #timer: NodeJS.Timeout | null = null

  /** `done` is called with the answer; a second time when the family that was late comes after all. */
  constructor(
    families: readonly Family[],
    question: (family: Family, done: (answer: Answer) => void) => Question,
    done: (answer: Answer, query: AddressQuery) => void,
  ) {
    this.#done = done
    for (const family of families) {
      this.#questions.set(
        family,
        question(family, (answer) => this.#take(family, answer)),
      )
    }
    for (const asked of this.#questions.values()) asked.start()
  }

  /** Those that have no answer, or only that there was none in time. */
  get open(): readonly Question[] {
    return [...this.#questions]
      .filter(([family]) => (this.#answers.get(family)?.code ?? 'TIMEOUT') === 'TIMEOUT')
      .map(([, question]) => question)
  }

  /** What there is to say now, if nothing more came. */
  get current(): Answer {
    const of = (family: Family) => this.#answers.get(family) ?? this.#questions.get(family)?.current
    return merged(of(6), of(4))
  }

  /** Whether the servers gave an answer of substance to anyone since they failed to give one here. */
  get isProven(): boolean {
    return this.#questions.values().every((question) => question.isProven)
  }

  /** Whether a question had to be asked again. */
  get isLate(): boolean {
    return this.#questions.values().some((question) => question.isLate)
  }

  /** Ends it with this answer. */
  finish(answer: Answer): void {
    for (const question of this.#questions.values()) question.finish(answer)
  }

  #take(family: Family, answer: Answer): void {
    this.#answers.set(family, answer)
    if (this.#answers.size === this.#questions.size) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#done(merged(this.#answers.get(6), this.#answers.get(4)), this)
    } else if (answer.code === '') {
      this.#timer = setTimeout(() => this.#done(answer, this), RESOLUTION_DELAY_MS)
    }
  }
}
