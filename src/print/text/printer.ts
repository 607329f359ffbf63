import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { Summary } from './summary.ts'

/** What a sink tells in place of the code of an error when it drops text although nothing has failed. */
export const TOO_SLOW = 'text came faster than it was taken, and some is missing'

/** Where results go. */
export interface Sink {
  write(text: string): void
  /** Resolves when everything is written, or is not waited for any more. */
  flush(stalledMs: null): Promise<unknown>
  /** How many writes were dropped because the reader was too slow. */
  readonly dropped: number
}

/** Options of all formats. */
export interface PrinterOptions {
  /** Print a State only if its verdict, reason or status differs from that of the last poll of its URL. */
  readonly changes: boolean
  /** List only URLs that are not up. */
  readonly brief: boolean
  /** Each URL is polled once, and results are printed at the end. */
  readonly once: boolean
}

/** Prints results in one format. Leaves out what it has no use for. The map belongs to the monitor and has the latest States. */
export interface Printer {
  /** Called for each State. `changed`: its verdict, reason or status differs from the URL's last State. */
  state?(state: ShownState, changed: boolean, map: StateMap): void
  /** What was known of a URL counts no more, without a poll. `at`: in ms since the epoch. */
  verdictLost?(id: ResourceId, at: number, map: StateMap): void
  /** A URL that is new to the monitor has had this verdict before. `since`: in ms since the epoch; 0: not known. */
  restored?(id: ResourceId, verdict: Verdict, since: number): void
  /** What its list sets for a URL that is new or has changed. Called if there is a terminal to show it on. */
  settings?(id: ResourceId, settings: string): void
  /** Where the list names a URL, as in messages: `FILE:LINE`. Called if a format shows it. */
  place?(id: ResourceId, place: string): void
  /** A URL has left its list; its id may soon belong to another. */
  forget?(id: ResourceId, url: string): void
  /** Prints the current state. States can arrive while a long one is printed. */
  print?(summary: Summary, map: StateMap): Promise<void>
  /** Prints the last state in full, and the summary of the whole run. */
  finish(summary: Summary, map: StateMap): Promise<void>
}
