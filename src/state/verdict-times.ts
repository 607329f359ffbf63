import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'

/** Since when each id has the verdict that is shown. Bounded by the list. */
export class VerdictTimes {
  /** In ms since the epoch; 0: not known. */
  #since = new Float64Array(64)
  /** The index in VERDICTS of what was last shown; 0: nothing. */
  #verdict = new Uint8Array(64)

  /** Makes room for `size` ids. */
  ensureCapacity(size: number): void {
    this.#since = ensureCapacity(this.#since, size)
    this.#verdict = ensureCapacity(this.#verdict, size)
  }

  /** This verdict is shown; since `at`, in ms since the epoch, unless it was shown before. 0: that is not known. */
  show(id: ResourceId, verdict: Verdict, at: number): void {
    const code = VERDICTS.indexOf(verdict)
    if (this.#verdict[id] === code) return
    this.#verdict[id] = code
    this.#since[id] = at
  }

  /** What is shown of the id; `pending` if nothing is. */
  verdict(id: ResourceId): Verdict {
    return VERDICTS[this.#verdict[id] ?? 0] as Verdict
  }

  /** Nothing is known of the id. */
  forget(id: ResourceId): void {
    this.#since[id] = 0
    this.#verdict[id] = 0
  }

  /** Since when, in ms since the epoch; 0 if that is not known. */
  since(id: ResourceId): number {
    return this.#since[id] ?? 0
  }
}
