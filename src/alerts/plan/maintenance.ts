import type { MaintenanceWindow } from '../alert-rule.ts'
import { occurrencesOf } from './occurrences.ts'
import type { Occurrence } from './occurrences.ts'

/** What a window may be for: a URL or an alert, by its labels. */
interface Labelled {
  readonly labels: Readonly<Record<string, string>>
}

/** Makes the test of whether all matchers of a window hold. */
type CompileMatch<Subject extends Labelled> = (match: MaintenanceWindow['match']) => (subject: Subject) => boolean

/** A window with when it is open, or opens next. */
export interface WindowState {
  readonly window: MaintenanceWindow
  readonly isOpen: boolean
  /** Null: it never opens again. */
  readonly occurrence: Occurrence | null
}

/** Maintenance windows: who is in one, and until when. Times are in ms since the epoch. */
export class MaintenanceCalendar<Subject extends Labelled> {
  readonly #windows: readonly {
    readonly window: MaintenanceWindow
    readonly matches: (subject: Subject) => boolean
    readonly find: (now: number) => Occurrence | null
    /** The last answer, which holds in `[since, until)`. */
    answer: { readonly since: number; readonly until: number; readonly occurrence: Occurrence | null }
  }[]

  /** Throws what `compile` throws. The windows have been checked. */
  constructor(windows: readonly MaintenanceWindow[], compile: CompileMatch<Subject>) {
    this.#windows = windows.map((window) => ({
      window,
      matches: compile(window.match),
      find: occurrencesOf(window),
      answer: { since: Infinity, until: -Infinity, occurrence: null },
    }))
  }

  /** Whether a subject is in a window that is open. */
  covers(subject: Subject, now: number): boolean {
    return this.windowOf(subject, now) !== null
  }

  /** The window that a subject is in, the one that ends last; null: it is in none. */
  windowOf(subject: Subject, now: number): WindowState | null {
    let found: WindowState | null = null
    for (const [index, { matches }] of this.#windows.entries()) {
      const state = this.#state(index, now)
      const ends = state.occurrence?.to ?? -Infinity
      if (state.isOpen && ends > (found?.occurrence?.to ?? -Infinity) && matches(subject)) found = state
    }
    return found
  }

  /** All windows, in the order of the configuration. */
  states(now: number): WindowState[] {
    return this.#windows.map((_, index) => this.#state(index, now))
  }

  /** When the next window opens or closes after `now`; Infinity if none does. */
  nextChange(now: number): number {
    const times = this.states(now).map(({ isOpen, occurrence }) =>
      occurrence === null ? Infinity : isOpen ? occurrence.to : occurrence.from,
    )
    return Math.min(...times, Infinity)
  }

  #state(index: number, now: number): WindowState {
    const one = this.#windows[index] as (typeof this.#windows)[number]
    if (now < one.answer.since || now >= one.answer.until) {
      const occurrence = one.find(now)
      one.answer = { since: now, until: occurrence?.to ?? Infinity, occurrence }
    }
    const { occurrence } = one.answer
    return { window: one.window, isOpen: occurrence !== null && occurrence.from <= now, occurrence }
  }
}
