import type { ResourceId } from '../../resource/resource.ts'
import type { StateMap } from '../../state/state-map.ts'
import { writeInSlices } from './write-in-slices.ts'
import type { Printer, Sink } from './printer.ts'
import type { Summary } from './summary.ts'

/** A format that is one document for the whole list. Its texts include their line breaks. */
export interface DocumentFormat {
  header(summary: Summary): string
  row(map: StateMap, id: ResourceId): string
  readonly footer: string
}

/** Prints one document at the end, with the URLs in the order of the list. */
export class DocumentPrinter implements Printer {
  readonly #out: Sink
  readonly #format: DocumentFormat

  constructor(out: Sink, document: DocumentFormat) {
    this.#out = out
    this.#format = document
  }

  async finish(summary: Summary, map: StateMap): Promise<void> {
    this.#out.write(this.#format.header(summary))
    await writeInSlices(map.ids(), (id) => this.#format.row(map, id), this.#out, true)
    this.#out.write(this.#format.footer)
  }
}
