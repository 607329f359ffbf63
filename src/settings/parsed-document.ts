/** The way from the root to a value: names of fields and indexes of items. */
export type Path = readonly (string | number)[]

/** A parsed document and the positions of its values. */
export interface ParsedDocument {
  /** The document as objects, arrays and scalars. */
  readonly value: unknown
  /** Where a value begins, as `LINE:COLUMN`, both from 1. If there is no such value, the position of its nearest parent. */
  positionOf(path: Path): string
}

/** A document with a syntax error. The message says why and does not quote the document. */
export class DocumentSyntaxError extends Error {
  /** `LINE:COLUMN`, both from 1. */
  readonly position: string
  constructor(place: string, why: string) {
    super(why)
    this.name = 'DocumentSyntaxError'
    this.position = place
  }
}
