import type { Alert } from '../alert.ts'
import type { MaintenanceWindow } from '../alert-rule.ts'
import { MAX_JOINED, occurrencesOf } from './occurrences.ts'
import type { Occurrence } from './occurrences.ts'
import type { CompileMatch } from './silences.ts'

/** The most occurrences that are looked for at a time, of all windows together. One takes up to 0.1 ms of CPU. */
const MAX_OCCURRENCES = 5_000

/** A window, ready to be asked. */
interface Entry {
  readonly window: MaintenanceWindow
  readonly matches: ReturnType<CompileMatch>
  readonly find: (now: number) => Occurrence | null
  /** The last answer, which holds from `since` up to `until`. */
  answer: { readonly since: number; readonly until: number; readonly occurrence: Occurrence | null }
}

/** Maintenance windows: who is in one, and until when. Times are in ms since the epoch. */
export class MaintenanceCalendar {
  readonly #windows: readonly Entry[]

  /** Throws what `compile` throws. The windows have been checked. */
  constructor(windows: readonly MaintenanceWindow[], compile: CompileMatch) {
    const joined = Math.min(MAX_JOINED, Math.ceil(MAX_OCCURRENCES / windows.length))
    this.#windows = windows.map((window) => ({
      window,
      matches: compile(window.match),
      find: occurrencesOf(window, joined),
      answer: { since: Infinity, until: -Infinity, occurrence: null },
    }))
  }

  /** Whether an alert is in a window that is open. */
  covers(alert: Pick<Alert, 'labels'>, now: number): boolean {
    return this.#windows.some(
      (entry) => (occurrenceOf(entry, now)?.from ?? Infinity) <= now && entry.matches(alert),
    )
  }

  /** All windows, in the order of the configuration, each with the occurrence under way or the next one. */
  list(now: number): readonly { window: MaintenanceWindow; span: Occurrence | null; isOpen: boolean }[] {
    return this.#windows.map((entry) => {
      const span = occurrenceOf(entry, now)
      return { window: entry.window, span, isOpen: span !== null && span.from <= now }
    })
  }

  /** When the next window opens or closes after `now`; Infinity if none does. */
  nextChange(now: number): number {
    const times = this.#windows.map((entry) => {
      const { from, to } = occurrenceOf(entry, now) ?? { from: Infinity, to: Infinity }
      return from <= now ? to : from
    })
    return Math.min(...times, Infinity)
  }
}

/** The occurrence under way, or the next one; null: none comes. */
function occurrenceOf(entry: Entry, now: number): Occurrence | null {
  const { since, until } = entry.answer
  if (now < since || now >= until) {
    const occurrence = entry.find(now)
    entry.answer = { since: now, until: occurrence?.to ?? Infinity, occurrence }
  }
  return entry.answer.occurrence
}
