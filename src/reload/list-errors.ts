import { ListError } from '../targets/read-targets.ts'

/** The most invalid lines of one reading that are reported. */
const MAX_REPORTED = 100

/** Collects the invalid lines of a reading, to report them if it is accepted. Those over MAX_REPORTED are only counted. */
export class InvalidLines {
  readonly #lines: string[] = []
  #more = 0

  /** What to report. */
  get lines(): readonly string[] {
    return this.#more === 0 ? this.#lines : [...this.#lines, `and ${this.#more} more that can't be polled`]
  }

  /** How many there are. */
  get count(): number {
    return this.#lines.length + this.#more
  }

  add(line: string): void {
    if (this.#lines.length < MAX_REPORTED) this.#lines.push(line)
    else this.#more++
  }
}

/** Several errors as one, whose message has a line for each. */
export function combineErrors(errors: readonly ListError[]): ListError {
  const [first, ...others] = errors as [ListError, ...ListError[]]
  if (others.length === 0) return first
  const why = first.message.slice(`${first.file}: `.length)
  return new ListError(first.file, [why, ...others.map(({ message }) => message)].join('\n'), first)
}
