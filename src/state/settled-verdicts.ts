import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { Thresholds } from '../resource/settling-rules.ts'

/** What the polls of a URL with settling rules have found. */
export interface Findings {
  /** The settled verdict. */
  readonly verdict: Verdict
  /** What the last poll found that was not `unknown`. */
  readonly answer: Verdict
  /** How many consecutive polls found that. Those that were `unknown` are not counted, and don't end the row. */
  readonly consecutive: number
}

/** Nothing is known of a URL that was not polled. */
export const NO_FINDINGS: Findings = { verdict: 'pending', answer: 'pending', consecutive: 0 }

/**
 * Settles the verdicts of URLs with settling rules: a verdict turns only after so many consecutive polls. The first poll settles it, since
 * there is none to keep. A poll that is `unknown` changes nothing. Bounded by the list.
 */
export class SettledVerdicts {
  /** The generation of the id, plus 1; 0 if nothing is known of it. */
  #generation = new Uint32Array(64)
  /** These two are indexes in VERDICTS. */
  #verdict = new Uint8Array(64)
  #answer = new Uint8Array(64)
  #consecutive = new Uint32Array(64)

  /** Whether anything was set for a URL. */
  has(id: ResourceId, generation: number): boolean {
    return this.#generation[id] === generation + 1
  }

  /** Nothing is known any more of the URL with this id. */
  forget(id: ResourceId): void {
    if ((this.#generation[id] ?? 0) !== 0) this.#generation[id] = 0
  }

  /** What is known of a URL. */
  get(id: ResourceId, generation: number): Findings {
    if (!this.has(id, generation)) return NO_FINDINGS
    return {
      verdict: VERDICTS[this.#verdict[id] as number] as Verdict,
      answer: VERDICTS[this.#answer[id] as number] as Verdict,
      consecutive: this.#consecutive[id] as number,
    }
  }

  /** Sets what is known of a URL. */
  set(id: ResourceId, generation: number, { verdict, answer, consecutive }: Findings): void {
    this.#generation = ensureCapacity(this.#generation, id + 1)
    this.#verdict = ensureCapacity(this.#verdict, id + 1)
    this.#answer = ensureCapacity(this.#answer, id + 1)
    this.#consecutive = ensureCapacity(this.#consecutive, id + 1)
    this.#generation[id] = generation + 1
    this.#verdict[id] = VERDICTS.indexOf(verdict)
    this.#answer[id] = VERDICTS.indexOf(answer)
    this.#consecutive[id] = consecutive
  }

  /** Adds what a poll found. Returns what is known now. */
  add(id: ResourceId, generation: number, answer: Verdict, { downAfter, upAfter }: Thresholds): Findings {
    const before = this.get(id, generation)
    if (answer === 'unknown' || answer === 'pending') return before
    const consecutive = answer === before.answer ? before.consecutive + 1 : 1
    const needed = before.verdict === 'pending' ? 1 : answer === 'down' ? downAfter : upAfter
    const verdict = consecutive >= needed ? answer : before.verdict
    const findings = { verdict, answer, consecutive }
    this.set(id, generation, findings)
    return findings
  }
}
