import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { ShownState } from '../../state/shown-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import { worstFirst } from '../../state/worst-first.ts'
import { writeInSlices } from './write-in-slices.ts'
import { resultText } from './result-text.ts'
import type { Printer, PrinterOptions, Sink } from './printer.ts'
import type { Summary } from './summary.ts'
import { changeText, stateHead, stateText, summaryText } from './state-text.ts'
import { beforeText, Turns } from './turns.ts'

/** A printed state lists all URLs up to this number; beyond it, only those that are not up. */
const MAX_LISTED = 50

/** How a state is printed: only what has changed; each slice of it when the reader has taken the one before. */
interface StatePrint {
  readonly changed: boolean
  readonly waits: boolean
}

/** Prints a line for each change, and the state from time to time for people, worst URLs first. */
export class LogPrinter implements Printer {
  readonly #out: Sink
  readonly #changes: boolean
  readonly #maxListed: number
  /** Null with `--once`, where each URL has its line at the end. */
  readonly #turns: Turns | null

  constructor(out: Sink, { changes, brief, once }: PrinterOptions) {
    this.#out = out
    this.#changes = changes
    this.#maxListed = brief ? 0 : MAX_LISTED
    this.#turns = once ? null : new Turns()
  }

  state({ id, verdict, at }: ShownState, changed: boolean, map: StateMap): void {
    if (this.#turns === null || !changed) return
    const before = this.#turns.show(id, verdict, at)
    // A first poll that finds a URL up is what is expected, and the printed state has it.
    if (before.verdict === 'pending' && verdict === 'up') return
    this.#out.write(changeText(map.get(id), at, beforeText(before, verdict, at)))
  }

  verdictLost(id: ResourceId, at: number, map: StateMap): void {
    const before = this.#turns?.show(id, 'unknown', at)
    if (before !== undefined) this.#out.write(changeText(map.get(id), at, beforeText(before, 'unknown', at)))
  }

  restored(id: ResourceId, verdict: Verdict, since: number): void {
    this.#turns?.show(id, verdict, since)
  }

  forget(id: ResourceId): void {
    this.#turns?.forget(id)
  }

  async print(summary: Summary, map: StateMap): Promise<void> {
    await this.#printState(summary, map, { changed: this.#changes, waits: false })
  }

  async finish(summary: Summary, map: StateMap): Promise<void> {
    await this.#printState(summary, map, { changed: false, waits: true })
    this.#out.write(summaryText(summary, resultText(map)))
  }

  async #printState(summary: Summary, map: StateMap, { changed, waits }: StatePrint): Promise<void> {
    this.#out.write(stateHead(summary))
    const ids = worstFirst(map, { up: changed || map.size <= this.#maxListed, changed })
    await writeInSlices(ids, (id) => stateText(map.get(id), summary.at), this.#out, waits)
  }
}
