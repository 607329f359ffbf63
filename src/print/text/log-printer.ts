import type { StateMap } from '../../state/state-map.ts'
import { worstFirst } from '../../state/worst-first.ts'
import { writeInSlices } from './write-in-slices.ts'
import type { Printer, PrinterOptions, Sink } from './printer.ts'
import type { Summary } from './summary.ts'
import { stateHead, stateText, summaryText } from './state-text.ts'

/** A printed state lists all URLs up to this number; beyond it, only those that are not up. */
const MAX_LISTED = 50

/** Prints the state from time to time for people, worst URLs first. */
export class LogPrinter implements Printer {
  readonly #out: Sink
  readonly #changes: boolean
  readonly #maxListed: number

  constructor(out: Sink, { changes, brief }: PrinterOptions) {
    this.#out = out
    this.#changes = changes
    this.#maxListed = brief ? 0 : MAX_LISTED
  }

  state(): void {}

  async print(summary: Summary, map: StateMap): Promise<void> {
    await this.#printState(summary, map, this.#changes)
  }

  async finish(summary: Summary, map: StateMap): Promise<void> {
    await this.#printState(summary, map, false)
    this.#out.write(summaryText(summary))
  }

  async #printState(summary: Summary, map: StateMap, changed: boolean): Promise<void> {
    this.#out.write(stateHead(summary))
    const ids = worstFirst(map, { up: changed || map.size <= this.#maxListed, changed })
    await writeInSlices(ids, (id) => stateText(map.get(id)), this.#out)
  }
}
