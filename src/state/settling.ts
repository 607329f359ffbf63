import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { SettlingRules } from '../resource/settling-rules.ts'
import { SettledVerdicts } from './settled-verdicts.ts'
import type { Findings } from './settled-verdicts.ts'
import type { SentState } from './state-batch.ts'
import type { ShownState } from './shown-state.ts'

/** The settling rules of a URL, and what its polls have found. */
export interface UrlSettling {
  /** Main's number of the rules. URLs with equal rules share it. */
  readonly number: number
  readonly rules: SettlingRules
  readonly findings: Findings
}

/** The monitor's part: turns what a poll found into what is shown, for URLs with settling rules. Bounded by the list. */
export class Settling {
  readonly #rules: SettlingRules[] = []
  /** The number of the rules of a URL, plus 1; 0 for none. */
  #number = new Uint16Array(64)
  readonly #verdicts = new SettledVerdicts()

  /** Sets the rules of a URL; null: it has none. `isNew`: nothing that was known of the id counts any more. */
  set(id: ResourceId, generation: number, settling: UrlSettling | null, isNew: boolean): void {
    this.#number = ensureCapacity(this.#number, id + 1)
    this.#number[id] = settling === null ? 0 : settling.number + 1
    if (settling === null) return
    this.#rules[settling.number] = settling.rules
    if (isNew) this.#verdicts.set(id, generation, settling.findings)
  }

  /** The State as it is shown. */
  apply(state: SentState): ShownState {
    const { id, generation, verdict: answer } = state
    const rules = this.#rulesOf(id)
    if (rules === null) return state
    const { verdict, consecutive } = this.#verdicts.add(id, generation, answer, rules)
    if (answer === 'unknown') return { ...state, last: { answer, consecutive: 0, needed: 0 } }
    const needed = answer === 'down' ? rules.downAfter : rules.upAfter
    return { ...state, verdict: verdict as ShownState['verdict'], last: { answer, consecutive, needed } }
  }

  #rulesOf(id: ResourceId): SettlingRules | null {
    const number = this.#number[id] ?? 0
    return number === 0 ? null : (this.#rules[number - 1] ?? null)
  }
}

/** The verdict of a URL with settling rules before its next poll. `last`: what its last poll found. */
export function verdictBetweenPolls({ verdict }: Findings, last: Verdict): Verdict {
  return last === 'unknown' ? last : verdict
}
