import { counted } from '../../resource/counted.ts'
import { answerOf } from '../../state/shown-state.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { Reason } from '../../state/reasons.ts'
import { escapeText } from './escape.ts'

/** Maximum number of lines per window, whose length is in ms. It is below journald's default limit of 10,000 in 30 s. */
export const MAX_LINES_PER_WINDOW = 2_000
const WINDOW_MS = 10_000

/** Maximum length of a line, in UTF-16 units. */
const MAX_LINE_LENGTH = 500

/** How many polls ended `down`, and how many of them were printed. */
export interface Failures {
  readonly polls: number
  readonly printed: number
}

/**
 * Reports failed polls on standard error: a line when a URL goes `down`, and another when the reason or the status changes. With
 * `verbose`, every failed poll has a line. Beyond MAX_LINES_PER_WINDOW, the rest is one line with the count of each reason. `isTold`: standard
 * output is the same file and has a line for each of these changes, so they count as printed, and there is only the line with the counts.
 * `now`: the monotonic clock, in ms.
 */
export class ErrorLog {
  readonly #verbose: boolean
  readonly #isTold: boolean
  readonly #now: () => number
  readonly #write: (lines: string) => void
  readonly #counts = { polls: 0, printed: 0 }
  readonly #omitted = new Map<Reason, number>()
  #lines = ''
  #linesLeft = MAX_LINES_PER_WINDOW
  #windowEnd = Number.NEGATIVE_INFINITY

  constructor(
    { verbose, isTold }: { readonly verbose: boolean; readonly isTold: boolean },
    now: () => number,
    write: (lines: string) => void,
  ) {
    this.#verbose = verbose
    this.#isTold = isTold && !verbose
    this.#now = now
    this.#write = write
  }

  get failures(): Failures {
    return { ...this.#counts }
  }

  /** Adds a poll. `changed`: verdict, reason or status differs from the URL's last. `url` is called only if the line is printed. */
  record(state: ShownState, changed: boolean, url: () => string): void {
    if (state.verdict === 'unknown' || answerOf(state) !== 'down') return
    this.#counts.polls++
    if (!this.#verbose && (!changed || state.verdict !== 'down')) return
    if (!this.#verbose && !this.#takeLine()) {
      this.#omitted.set(state.reason, (this.#omitted.get(state.reason) ?? 0) + 1)
      if (!this.#isTold) return
    }
    this.#counts.printed++
    if (this.#isTold) return
    this.#lines += `${escapeText(`${url()}: ${state.reason}: ${state.detail}`, MAX_LINE_LENGTH)}\n`
  }

  /** Writes what is waiting. Call it from time to time, even if no States arrive. `last`: at the end of the run. */
  flush(last = false): void {
    if (this.#omitted.size > 0 && (last || this.#now() >= this.#windowEnd)) {
      const reasons = [...this.#omitted].map(([reason, count]) => `${count} ${reason}`)
      const total = [...this.#omitted.values()].reduce((sum, count) => sum + count, 0)
      const where = this.#isTold ? 'standard output has a line of each' : '--verbose prints each'
      this.#lines += `and ${counted(total, 'more URL')}: ${reasons.join(', ')} (${where})\n`
      this.#omitted.clear()
    }
    if (this.#lines === '') return
    this.#write(this.#lines)
    this.#lines = ''
  }

  #takeLine(): boolean {
    const now = this.#now()
    if (now >= this.#windowEnd) {
      this.flush()
      this.#windowEnd = now + WINDOW_MS
      this.#linesLeft = MAX_LINES_PER_WINDOW
    }
    return this.#linesLeft-- > 0
  }
}
