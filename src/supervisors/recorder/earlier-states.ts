import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import type { ResourceId } from '../../resource/resource.ts'
import type { ResourceTable } from '../../resource/resource-table.ts'
import { unpackEarlier } from '../../state/earlier-state.ts'
import type { EarlierState, EarlierVerdict } from '../../state/earlier-state.ts'
import { REASONS } from '../../state/reasons.ts'

/** What a server does with HEAD is worth knowing for this long after the poll that found it, in ms: as long as pollers remember it. */
const METHOD_TTL_MS = 3_600_000

/** Takes the settled verdict that a URL had. */
export type Settle = (id: ResourceId, verdict: 'up' | 'down') => void

/** What main knew of a URL in an earlier run, put back before its first poll. */
export class EarlierStates {
  readonly #table: ResourceTable
  readonly #settle: Settle
  /** By id, for the monitor. `since` is 0 if nothing was known. */
  #since = new Float64Array(64)
  /** Index in REASONS, plus 1; 0 if it is not known. */
  #reason = new Uint8Array(64)
  #status = new Uint16Array(64)

  constructor(table: ResourceTable, settle: Settle) {
    this.#table = table
    this.#settle = settle
  }

  /** Puts back what is in a buffer that `packEarlier` made. `now`: in ms since the epoch; `monotonic`: the same moment in ms on the monotonic clock. */
  restore(packed: ArrayBuffer, now: number, monotonic: number): void {
    unpackEarlier(packed, (state) => this.#restore(state, now, monotonic))
  }

  /** Since when the verdict of a URL was what it was, and why; null if nothing was known. */
  of(id: ResourceId): EarlierVerdict | null {
    const since = this.#since[id] ?? 0
    if (since === 0) return null
    return {
      since,
      reason: REASONS[(this.#reason[id] as number) - 1] ?? null,
      status: this.#status[id] as number,
    }
  }

  #restore(state: EarlierState, now: number, monotonic: number): void {
    const { id } = state
    this.#since = ensureCapacity(this.#since, this.#table.limit)
    this.#reason = ensureCapacity(this.#reason, this.#table.limit)
    this.#status = ensureCapacity(this.#status, this.#table.limit)
    this.#since[id] = state.since
    this.#reason[id] = state.reason === null ? 0 : REASONS.indexOf(state.reason) + 1
    this.#status[id] = state.status
    this.#table.write({
      ...this.#table.read(id),
      verdict: state.verdict,
      errCount: state.errCount,
      ...methodFields(state, now, monotonic),
    })
    if (state.settled !== null) this.#settle(id, state.settled)
  }
}

/** What the method of the last poll tells of the server: see GetFallback. Ignored for URLs that are polled with GET anyway. */
function methodFields({ method, verdict, reason, status, at }: EarlierState, now: number, monotonic: number) {
  const leftMs = at + METHOD_TTL_MS - now
  if (method !== 'GET' || leftMs <= 0 || leftMs > METHOD_TTL_MS) return {}
  if (verdict === 'up') return { headRefusedUntil: monotonic + leftMs }
  return reason === 'status' ? { refusedStatus: status } : {}
}
