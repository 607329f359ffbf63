import type { ResourceId } from '../resource/resource.ts'
import type { StateMap } from '../state/map.ts'
import { inSlices } from './in-slices.ts'
import type { Printer, Sink } from './printer.ts'
import type { Summary } from './summary.ts'

/** A format that is one document over the whole list. Texts hold their line breaks. */
export interface Document {
  head(summary: Summary): string
  url(map: StateMap, id: ResourceId): string
  readonly foot: string
}

/** Prints one document at the end, the URLs in the order of the list. */
export class DocumentPrinter implements Printer {
  readonly #out: Sink
  readonly #document: Document

  constructor(out: Sink, document: Document) {
    this.#out = out
    this.#document = document
  }

  state(): void {}

  print(): Promise<void> {
    return Promise.resolve()
  }

  async finish(summary: Summary, map: StateMap): Promise<void> {
    this.#out.write(this.#document.head(summary))
    await inSlices(map.ids(), (id) => this.#document.url(map, id), this.#out)
    this.#out.write(this.#document.foot)
  }
}
