import type { LastState } from '../last-states.ts'
import type { HistoryVerdict } from '../poll-batch.ts'
import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import { VERDICTS } from '../../resource/resource.ts'
import type { Verdict } from '../../resource/resource.ts'
import { REASONS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'

/** What was last known of a URL in an earlier run. */
export interface KnownState extends Pick<
  LastState,
  'settled' | 'since' | 'status' | 'errCount' | 'lastAt' | 'method'
> {
  readonly verdict: Verdict
  /** Null: that is not known. */
  readonly reason: Reason | null
}

const SETTLED: readonly LastState['settled'][] = [null, 'up', 'down']

/** The last states of an earlier run, by the number of the URL: some 30 bytes each. Bounded by the URLs of the history. */
export class LastStates {
  readonly #methods = new Map<number, string>()
  /** Index in VERDICTS; 0: nothing is known. */
  #verdict = new Uint8Array(64)
  /** Index in SETTLED. */
  #settled = new Uint8Array(64)
  /** Index in REASONS, plus 1; 0: it is not known. */
  #reason = new Uint8Array(64)
  #status = new Uint16Array(64)
  #errCount = new Uint32Array(64)
  #since = new Float64Array(64)
  #lastAt = new Float64Array(64)

  set({ id, verdict, settled, reason, status, errCount, since, lastAt, method }: LastState): void {
    this.#verdict = ensureCapacity(this.#verdict, id + 1)
    this.#settled = ensureCapacity(this.#settled, id + 1)
    this.#reason = ensureCapacity(this.#reason, id + 1)
    this.#status = ensureCapacity(this.#status, id + 1)
    this.#errCount = ensureCapacity(this.#errCount, id + 1)
    this.#since = ensureCapacity(this.#since, id + 1)
    this.#lastAt = ensureCapacity(this.#lastAt, id + 1)
    const known = reasonOf(reason)
    this.#verdict[id] = VERDICTS.indexOf(verdictOf(verdict))
    this.#settled[id] = SETTLED.indexOf(settled)
    this.#reason[id] = known === null ? 0 : REASONS.indexOf(known) + 1
    this.#status[id] = status
    this.#errCount[id] = errCount
    this.#since[id] = since
    this.#lastAt[id] = lastAt
    if (method !== 'HEAD') this.#methods.set(id, method)
  }

  /** Null: nothing is known. */
  get(number: number): KnownState | null {
    const verdict = this.#verdict[number] ?? 0
    if (verdict === 0) return null
    return {
      verdict: VERDICTS[verdict] as Verdict,
      settled: SETTLED[this.#settled[number] as number] ?? null,
      reason: REASONS[(this.#reason[number] as number) - 1] ?? null,
      status: this.#status[number] as number,
      errCount: this.#errCount[number] as number,
      since: this.#since[number] as number,
      lastAt: this.#lastAt[number] as number,
      method: this.#methods.get(number) ?? 'HEAD',
    }
  }

  /** The numbers of the URLs of which something is known. */
  *numbers(): Generator<number> {
    for (const [number, verdict] of this.#verdict.entries()) if (verdict !== 0) yield number
  }
}

/** A verdict of the history as a poll has it. */
export function verdictOf(verdict: HistoryVerdict): Exclude<Verdict, 'pending'> {
  return verdict === 'maintenance' ? 'unknown' : verdict
}

/** Null for a reason that this headcount does not have, and for '', as of URLs that were up. */
export function reasonOf(name: string): Reason | null {
  return REASONS.find((reason) => reason === name) ?? null
}
