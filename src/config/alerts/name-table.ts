import { quote } from '../../settings/quote.ts'
import type { MapReader } from '../map-reader.ts'
import type { ValueReader } from '../value-reader.ts'

/** The longest name, in UTF-16 units. */
const MAX_NAME_LENGTH = 100

/** Names that are unique, of which some come from the position: `rule-1`. */
export class NameTable {
  readonly #what: string
  readonly #names = new Set<string>()

  /** `what`: in messages and in names that come from the position. */
  constructor(what: string) {
    this.#what = what
  }

  /** The name of item `index` of a list. Reports a mistake in it. */
  read(reader: ValueReader, map: MapReader, index: number): string {
    const byPosition = `${this.#what}-${index + 1}`
    if (map.tree('name') !== undefined) return map.read('name', (text) => this.#add(text)) ?? byPosition
    return reader.parseAt(map.offset, 'name', () => this.#add(byPosition)) ?? byPosition
  }

  /** Throws a RangeError. */
  #add(name: string): string {
    if (name.trim() === '') throw new RangeError('it is empty')
    if (name.length > MAX_NAME_LENGTH) throw new RangeError(`longer than ${MAX_NAME_LENGTH} characters`)
    if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) throw new RangeError('it has a control character')
    if (this.#names.has(name)) throw new RangeError(`another ${this.#what} has the name ${quote(name)}`)
    this.#names.add(name)
    return name
  }
}
