import type { MaintenanceWindow } from '../alert-rule.ts'
import { occurrencesOf } from './occurrences.ts'
import type { Occurrence } from './occurrences.ts'

/** What a window may be for: a URL or an alert, by its labels. */
interface Labelled {
  readonly labels: Readonly<Record<string, string>>
}

/** Makes the test of whether all matchers of a window hold. */
type CompileMatch<Subject extends Labelled> = (
  match: MaintenanceWindow['match'],
) => (subject: Subject) => boolean

/** A window with when it is open, or opens next. */
export interface WindowState {
  readonly window: MaintenanceWindow
  readonly isOpen: boolean
  /** Null: it never opens again. */
  readonly occurrence: Occurrence | null
}

/** A window, ready to be asked. */
interface Entry<Subject> {
  readonly window: MaintenanceWindow
  readonly matches: (subject: Subject) => boolean
  readonly find: (now: number) => Occurrence | null
  /** The last answer, which holds from `since` up to `until`. */
  answer: { readonly since: number; readonly until: number; readonly occurrence: Occurrence | null }
}

/** Maintenance windows: who is in one, and until when. Times are in ms since the epoch. */
export class MaintenanceCalendar<Subject extends Labelled> {
  readonly #windows: readonly Entry<Subject>[]

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
    for (const entry of this.#windows) {
      const state = stateOf(entry, now)
      const ends = state.occurrence?.to ?? -Infinity
      if (state.isOpen && ends > (found?.occurrence?.to ?? -Infinity) && entry.matches(subject)) found = state
    }
    return found
  }

  /** All windows, in the order of the configuration. */
  states(now: number): WindowState[] {
    return this.#windows.map((entry) => stateOf(entry, now))
  }

  /** When the next window opens or closes after `now`; Infinity if none does. */
  nextChange(now: number): number {
    const times = this.states(now).map(({ isOpen, occurrence }) =>
      occurrence === null ? Infinity : isOpen ? occurrence.to : occurrence.from,
    )
    return Math.min(...times, Infinity)
  }
}

function stateOf(entry: Entry<never>, now: number): WindowState {
  const { since, until } = entry.answer
  if (now < since || now >= until) {
    const occurrence = entry.find(now)
    entry.answer = { since: now, until: occurrence?.to ?? Infinity, occurrence }
  }
  const { occurrence } = entry.answer
  return { window: entry.window, isOpen: occurrence !== null && occurrence.from <= now, occurrence }
}
