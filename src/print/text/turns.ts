import { formatDuration } from '../../resource/format-duration.ts'
import type { ResourceId, Verdict } from '../../resource/resource.ts'
import { VerdictTimes } from '../../state/verdict-times.ts'

/** What was shown of a URL before it changed. */
export interface Before {
  readonly verdict: Verdict
  /** Since when, in ms since the epoch; 0 if that is not known. */
  readonly since: number
}

/** Remembers since when each URL has its verdict, so that a change can say what was before. Bounded by the list. */
export class Turns {
  readonly #times = new VerdictTimes()

  /** A URL has changed, or was restored: this verdict is shown. Returns what was shown before: `pending` if nothing was. */
  show(id: ResourceId, verdict: Verdict, at: number): Before {
    const before = { verdict: this.#times.verdict(id), since: this.#times.since(id) }
    this.#times.ensureCapacity(id + 1)
    this.#times.show(id, verdict, at)
    return before
  }

  /** Since when it has its verdict, in ms since the epoch; 0 if that is not known. */
  since(id: ResourceId): number {
    return this.#times.since(id)
  }

  /** A URL has left its list. */
  forget(id: ResourceId): void {
    this.#times.forget(id)
  }
}

/** What was before a change, for people: `was up for 3h12m`, or `down for 5m` if the verdict is the same; '' if nothing was. */
export function beforeText(before: Before, verdict: Verdict, at: number): string {
  if (before.verdict === 'pending') return ''
  const past = before.verdict === verdict ? verdict : `was ${before.verdict}`
  return before.since === 0 ? past : `${past} for ${formatDuration(at - before.since).replace(' ', '')}`
}
