import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { Counts } from './latest-state.ts'
import { REASONS } from './reasons.ts'
import type { Reason } from './reasons.ts'
import type { EarlierVerdict } from './earlier-state.ts'

/** The verdict, reason and status of each id, and how many ids have each verdict. Bounded by the list. */
export class VerdictColumns {
  readonly #counts: Counts = { pending: 0, up: 0, down: 0, unknown: 0 }
  #verdict = new Uint8Array(64)
  #reason = new Uint8Array(64)
  #status = new Uint16Array(64)
  /** 1 if the reason and the status are not known. */
  #verdictOnly = new Uint8Array(64)
  /** 1 if something differs from what was shown when it was last asked for. */
  #changed = new Uint8Array(64)

  /** How many ids have each verdict. */
  get counts(): Readonly<Counts> {
    return this.#counts
  }

  /** Makes room for `size` ids. */
  ensureCapacity(size: number): void {
    this.#verdict = ensureCapacity(this.#verdict, size)
    this.#reason = ensureCapacity(this.#reason, size)
    this.#status = ensureCapacity(this.#status, size)
    this.#verdictOnly = ensureCapacity(this.#verdictOnly, size)
    this.#changed = ensureCapacity(this.#changed, size)
  }

  /** From now on the id counts. `earlier`: what an earlier run knew of its verdict; null: nothing. */
  start(id: ResourceId, verdict: Verdict, earlier: EarlierVerdict | null): void {
    this.#verdict[id] = VERDICTS.indexOf(verdict)
    const reason = earlier?.reason ?? null
    this.#reason[id] = reason === null ? 0 : REASONS.indexOf(reason)
    this.#status[id] = reason === null || earlier === null ? 0 : earlier.status
    this.#verdictOnly[id] = verdict === 'pending' || reason !== null ? 0 : 1
    this.#changed[id] = 0
    this.#counts[verdict]++
  }

  /** The id counts no more. */
  end(id: ResourceId): void {
    this.#counts[this.verdict(id)]--
  }

  /** Sets all three. Returns whether anything differs from what was shown before. */
  show(id: ResourceId, verdict: Verdict, reason: Reason, status: number): boolean {
    const verdictCode = VERDICTS.indexOf(verdict)
    const reasonCode = REASONS.indexOf(reason)
    const differs = this.#reason[id] !== reasonCode || this.#status[id] !== status
    const changed = this.#verdict[id] !== verdictCode || (differs && this.#verdictOnly[id] === 0)
    this.#verdictOnly[id] = 0
    this.#counts[this.verdict(id)]--
    this.#counts[verdict]++
    this.#verdict[id] = verdictCode
    this.#reason[id] = reasonCode
    this.#status[id] = status
    if (changed) this.#changed[id] = 1
    return changed
  }

  /** Whether `show` has changed anything since the last call. */
  takeChanged(id: ResourceId): boolean {
    if (this.#changed[id] === 0) return false
    this.#changed[id] = 0
    return true
  }

  verdict(id: ResourceId): Verdict {
    return VERDICTS[this.#verdict[id] as number] as Verdict
  }

  /** Null if only the verdict is known. */
  reason(id: ResourceId): Reason | null {
    return this.#verdictOnly[id] === 1 ? null : (REASONS[this.#reason[id] as number] as Reason)
  }

  /** The status of the latest answer; 0 if there is none. */
  status(id: ResourceId): number {
    return this.#status[id] as number
  }
}
