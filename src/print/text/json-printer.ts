import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import { ConsecutivePolls } from './consecutive-polls.ts'
import { lostLine, removedLine, stateLine, summaryLine } from './json.ts'
import { reasonCounts } from './result-text.ts'
import type { Printer, PrinterOptions, Sink } from './printer.ts'
import type { Summary } from './summary.ts'
import { Turns } from './turns.ts'

/** Prints each State as it arrives, what happens to URLs without a poll, and summaries, one JSON object per line. */
export class JsonPrinter implements Printer {
  readonly #out: Sink
  readonly #changes: boolean
  readonly #turns = new Turns()
  readonly #consecutive = new ConsecutivePolls()

  constructor(out: Sink, { changes }: Pick<PrinterOptions, 'changes'>) {
    this.#out = out
    this.#changes = changes
  }

  state(state: ShownState, changed: boolean, map: StateMap): void {
    const { id, verdict, at, last } = state
    const previousVerdict = changed ? this.#turns.show(id, verdict, at).verdict : verdict
    const counted = this.#consecutive.add(id, verdict)
    if (!changed && this.#changes) return
    const turn = {
      previousVerdict,
      since: this.#turns.since(id),
      consecutive: last?.consecutive ?? counted,
    }
    this.#out.write(stateLine(map.url(id), state, map.labels(id), turn, map.zones.of(id)))
  }

  verdictLost(id: ResourceId, at: number, map: StateMap): void {
    const before = this.#turns.show(id, 'unknown', at)
    this.#out.write(lostLine(map.get(id), at, before.verdict, map.labels(id)))
  }

  restored(id: ResourceId, verdict: Verdict, since: number): void {
    this.#turns.show(id, verdict, since)
  }

  forget(id: ResourceId, url: string): void {
    this.#turns.forget(id)
    this.#consecutive.forget(id)
    this.#out.write(removedLine(url, Date.now()))
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
