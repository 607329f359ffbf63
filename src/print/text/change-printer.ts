import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { LatestState } from '../../state/latest-state.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import type { Printer, Sink } from './printer.ts'
import { changeWords } from './state-text.ts'
import type { Summary } from './summary.ts'
import { beforeText, Turns } from './turns.ts'
import type { Before } from './turns.ts'

/** What is told of a URL that has changed. */
export interface Change {
  /** In ms since the epoch. */
  readonly at: number
  readonly latest: LatestState
  /** Its labels as `StateMap` keeps them. */
  readonly labels: string
  readonly before: Before
  /** The poll that has found it; null: a parent has turned down. */
  readonly poll: ShownState | null
  /** The same for people: `down https://a.example/ status: 503 (was up for 5m)`. */
  readonly message: string
}

/** A format with a line for each change, for programs that read logs. Its texts include their line breaks. */
export interface ChangeFormat {
  change(change: Change): string
  summary(summary: Summary): string
}

/** The level of each verdict in a log. */
export const LEVELS: Readonly<Record<Verdict, string>> = {
  down: 'error',
  unknown: 'warn',
  pending: 'info',
  up: 'info',
}

/** Prints a line for each change, the first poll of a URL among them, and summaries. */
export class ChangePrinter implements Printer {
  readonly #out: Sink
  readonly #format: ChangeFormat
  readonly #turns = new Turns()

  constructor(out: Sink, format: ChangeFormat) {
    this.#out = out
    this.#format = format
  }

  state(state: ShownState, changed: boolean, map: StateMap): void {
    if (changed) this.#change(state.id, state.verdict, state.at, map, state)
  }

  verdictLost(id: ResourceId, at: number, map: StateMap): void {
    this.#change(id, 'unknown', at, map, null)
  }

  restored(id: ResourceId, verdict: Verdict, since: number): void {
    this.#turns.show(id, verdict, since)
  }

  forget(id: ResourceId): void {
    this.#turns.forget(id)
  }

  print(summary: Summary): Promise<void> {
    this.#out.write(this.#format.summary(summary))
    return Promise.resolve()
  }

  finish(summary: Summary): Promise<void> {
    return this.print(summary)
  }

  #change(id: ResourceId, verdict: Verdict, at: number, map: StateMap, poll: ShownState | null): void {
    const before = this.#turns.show(id, verdict, at)
    const latest = map.get(id)
    const message = changeWords(latest, beforeText(before, verdict, at))
    this.#out.write(this.#format.change({ at, latest, labels: map.labels(id), before, poll, message }))
  }
}
