import type { ResourceId } from '../../resource/resource.ts'
import type { SentState } from '../../state/state-batch.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { Summary } from './summary.ts'

/** Where results go. */
export interface Sink {
  write(text: string): void
  /** How many writes were dropped because nobody took them. */
  readonly dropped: number
}

/** What all formats respect. */
export interface PrinterOptions {
  /** Print a State only if its verdict, reason or status differs from that of the last poll of its URL. */
  readonly changes: boolean
  /** List only URLs that are not up. */
  readonly brief: boolean
}

/** One way to print results. The map is the monitor's own and holds the latest States. */
export interface Printer {
  /** A State, as it comes; `changed`: its verdict, reason or status differs from that URL's last. */
  state(state: SentState, changed: boolean, map: StateMap): void
  /** A URL has left its list: its id may be another's soon. */
  forget?(id: ResourceId): void
  /** The current state. What is long leaves room for States to come in. */
  print(summary: Summary, map: StateMap): Promise<void>
  /** The last state, whole, and the last summary, over the whole run. */
  finish(summary: Summary, map: StateMap): Promise<void>
}
