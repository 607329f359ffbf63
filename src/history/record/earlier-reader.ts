import type { History } from '../history.ts'
import type { ResourceId } from '../../resource/resource.ts'
import type { EarlierState } from '../../state/earlier-state.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import { LastStates } from './last-states.ts'

/** Reads from the history what an earlier run knew of URLs. Made once for all of them: it reads the last state of each. */
export class EarlierReader {
  readonly #states = new LastStates()

  constructor(history: History) {
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
  read(id: ResourceId, number: number): EarlierState | null {
    const last = this.#states.get(number)
    if (last === null) return null
    const { verdict, reason } = last
    const hasAnswered = reason === null || REASON_FACTS[reason].answered === true
    return {
      id,
      verdict,
      settled: last.settled,
      since: last.since,
      reason,
      status: last.status,
      at: last.lastAt,
      errCount: hasAnswered ? 0 : last.errCount,
      method: last.method,
    }
  }
}
