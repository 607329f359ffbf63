import type { ShownState } from '../../state/shown-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import { stateLine, summaryLine } from './json.ts'
import { reasonCounts } from './result-text.ts'
import type { Printer, PrinterOptions, Sink } from './printer.ts'
import type { Summary } from './summary.ts'

/** Prints each State as it arrives, and summaries, one JSON object per line. */
export class JsonPrinter implements Printer {
  readonly #out: Sink
  readonly #changes: boolean

  constructor(out: Sink, { changes }: Pick<PrinterOptions, 'changes'>) {
    this.#out = out
    this.#changes = changes
  }

  state(state: ShownState, changed: boolean, map: StateMap): void {
    if (!changed && this.#changes) return
    this.#out.write(stateLine(map.url(state.id), state, map.labels(state.id)))
  }

  print(summary: Summary): Promise<void> {
    this.#out.write(summaryLine(summary))
    return Promise.resolve()
  }

  finish(summary: Summary, map: StateMap): Promise<void> {
    this.#out.write(summaryLine(summary, reasonCounts(map)))
    return Promise.resolve()
  }
}
