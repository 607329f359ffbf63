import type { History } from '../history.ts'
import type { Verdict } from '../../resource/resource.ts'
import type { EarlierState } from '../../state/earlier-state.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { RegisteredUrl } from '../../state/url-batch.ts'
import { LastStates, reasonOf, verdictOf } from './last-states.ts'

/** Reads from the history what an earlier run knew of URLs. Made once for all of them: it reads the last state of each. */
export class EarlierReader {
  readonly #history: History
  readonly #states = new LastStates()

  constructor(history: History) {
    this.#history = history
    history.lastStates((state) => this.#states.set(state))
  }

  /** The numbers of all URLs that were in the lists of that run. */
  numbers(): Iterable<number> {
    return this.#states.numbers()
  }

  /** Whether the last poll of a URL used GET. */
  usedGet(number: number): boolean {
    return this.#states.get(number)?.method === 'GET'
  }

  /** What was known of a URL, which has this number in the history; null: nothing. */
  read({ id, settling }: RegisteredUrl, number: number): EarlierState | null {
    const last = this.#states.get(number)
    if (last === null) return null
    const { verdict, reason } = last
    const hasAnswered = reason === null || REASON_FACTS[reason].answered === true
    return {
      id,
      verdict,
      since: last.since,
      reason,
      status: last.status,
      at: last.lastAt,
      errCount: hasAnswered ? 0 : last.errCount,
      method: last.method,
      ...(settling === null
        ? { answer: verdict, consecutive: 0 }
        : this.#findings(number, verdict, settling)),
    }
  }

  /** What the last polls of a URL with settling rules found: as many as the rules may need. */
  #findings(number: number, verdict: Verdict, { thresholds }: NonNullable<RegisteredUrl['settling']>) {
    const { downAfter, upAfter } = thresholds
    const answers = this.#history
      .polls(number, 2 * Math.max(downAfter, upAfter))
      .map((poll): Verdict => {
        const reason = reasonOf(poll.reason)
        return reason === null ? verdictOf(poll.verdict) : REASON_FACTS[reason].verdict
      })
      .filter((answer) => answer !== 'unknown')
    const [answer = verdict] = answers
    const other = answers.findIndex((one) => one !== answer)
    return { answer, consecutive: other === -1 ? answers.length : other }
  }
}
