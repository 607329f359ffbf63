import { parseDate } from '../../resource/parse-date.ts'

/** A line that `import` cannot take. */
export class LineError extends Error {}

/** Reads fields of a line of an export. Throws a LineError for a field that is not what it should be. */
export class LineFields {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new LineError('not an object')
    this.#fields = { ...value }
  }

  text(name: string): string {
    const value = this.#fields[name]
    if (typeof value !== 'string') throw new LineError(`${name} is not a text`)
    return value
  }

  /** A number from 0 on. */
  number(name: string): number {
    const value = this.#fields[name]
    if (typeof value !== 'number' || !(value >= 0) || !Number.isFinite(value))
      throw new LineError(`${name} is not a number from 0 on`)
    return value
  }

  integer(name: string): number {
    const value = this.number(name)
    if (!Number.isSafeInteger(value)) throw new LineError(`${name} is not a whole number`)
    return value
  }

  /** In ms since the epoch. */
  time(name: string): number {
    const at = parseDate(this.text(name))
    if (Number.isNaN(at) || at < 0) throw new LineError(`${name} is not a time`)
    return at
  }

  timeOrNull(name: string): number | null {
    return this.#fields[name] === null ? null : this.time(name)
  }

  list(name: string): readonly unknown[] {
    const value = this.#fields[name]
    if (!Array.isArray(value)) throw new LineError(`${name} is not a list`)
    return value
  }

  /** Objects of a list. */
  eachOf(name: string): readonly LineFields[] {
    return this.list(name).map((value) => new LineFields(value))
  }

  fields(name: string): LineFields {
    return new LineFields(this.#fields[name])
  }

  oneOf(name: string, values: readonly string[]): number {
    const index = values.indexOf(this.text(name))
    if (index < 0) throw new LineError(`${name} is none of ${values.join(', ')}`)
    return index
  }
}
