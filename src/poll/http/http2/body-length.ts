import { failure } from '../../attempt/failure.ts'
import type { Failure } from '../../attempt/failure.ts'
import type { Field } from './hpack.ts'

/**
 * Compares the length of a body with the `content-length` of its response, if it has one: a response whose data adds up to another length is
 * malformed (RFC 9113, section 8.1.1). A proxy that has lost its server ends the stream like this.
 */
export class BodyLength {
  readonly #announced: number | null
  #received = 0

  constructor(fields: readonly Field[]) {
    const text = fields.find(([name]) => name === 'content-length')?.[1] ?? ''
    this.#announced = /^\d{1,15}$/.test(text) ? Number(text) : null
  }

  /** Counts data. Failure: it is too much, or too little although it is the last. */
  add(bytes: number, isLast: boolean): Failure | null {
    this.#received += bytes
    const announced = this.#announced
    if (announced === null || (isLast ? this.#received === announced : this.#received <= announced))
      return null
    const had = this.#received > announced ? `more than ${announced}` : `${this.#received} of ${announced}`
    return failure('protocol', `${had} bytes`)
  }
}
