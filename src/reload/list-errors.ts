import { ListError } from '../targets/read-targets.ts'

/** Complaints of one reading that are said; more are counted. */
const MAX_COMPLAINTS = 100

/** Complaints of a reading, which are said only when it is taken over. Bounded. */
export class Complaints {
  readonly #lines: string[] = []
  #more = 0

  get lines(): readonly string[] {
    return this.#more === 0 ? this.#lines : [...this.#lines, `and ${this.#more} more that can't be polled`]
  }

  add(line: string): void {
    if (this.#lines.length < MAX_COMPLAINTS) this.#lines.push(line)
    else this.#more++
  }
}

/** Several errors as one, which tells each on a line of its own. */
export function combineErrors(errors: readonly ListError[]): ListError {
  const [first, ...others] = errors as [ListError, ...ListError[]]
  if (others.length === 0) return first
  const why = first.message.slice(`${first.file}: `.length)
  return new ListError(first.file, [why, ...others.map(({ message }) => message)].join('\n'), first)
}
