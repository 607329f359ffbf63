/** Names of fields and numbers of items, from the root down. */
export type Path = readonly (string | number)[]

/** A structured text, read, with the places of its parts. */
export interface ParsedDocument {
  /** Objects, arrays, texts: what the text says. */
  readonly value: unknown
  /** Where a part begins, as `LINE:COLUMN`, both from 1; that of what holds it where there is no such part. */
  positionOf(path: Path): string
}

/** A text that does not follow its grammar: the message says why, in a clause without a piece of the text. */
export class DocumentSyntaxError extends Error {
  /** `LINE:COLUMN`, both from 1. */
  readonly position: string
  constructor(place: string, why: string) {
    super(why)
    this.name = 'DocumentSyntaxError'
    this.position = place
  }
}
