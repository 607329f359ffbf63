import type { StateMap } from '../state/map.ts'
import { inSlices } from './in-slices.ts'
import type { MonitorOptions } from './options.ts'
import type { Printer, Sink } from './printer.ts'
import type { Summary } from './summary.ts'
import { stateHead, stateText, summaryText } from './text.ts'

/** Up to this many URLs, a printed state lists all of them; beyond, those that are not up. */
const LISTED = 50

/** For people: the state from time to time, worst first. */
export class LogPrinter implements Printer {
  readonly #out: Sink
  readonly #changes: boolean
  readonly #listed: number

  constructor(out: Sink, { changes, brief }: Pick<MonitorOptions, 'changes' | 'brief'>) {
    this.#out = out
    this.#changes = changes
    this.#listed = brief ? 0 : LISTED
  }

  state(): void {}

  async print(summary: Summary, map: StateMap): Promise<void> {
    await this.#list(summary, map, this.#changes)
  }

  async finish(summary: Summary, map: StateMap): Promise<void> {
    await this.#list(summary, map, false)
    this.#out.write(summaryText(summary))
  }

  async #list(summary: Summary, map: StateMap, changed: boolean): Promise<void> {
    this.#out.write(stateHead(summary))
    const ids = map.worstFirst({ up: changed || map.size <= this.#listed, changed })
    await inSlices(ids, (id) => stateText(map.get(id)), this.#out)
  }
}
