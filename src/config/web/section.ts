import type { Entry, Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'

/** A value and where it begins, in UTF-16 units. */
export interface Located {
  readonly text: string
  readonly offset: number
}

/** One map of the file. Values are as written: there is no `${NAME}` here. An empty value counts as none, as in Go. */
export class Section<Key extends string> {
  readonly #reader: ValueReader
  readonly #entries: ReadonlyMap<string, Entry>

  /** Reports keys that are not among `keys`. `tree` undefined: there is no such map. */
  constructor(reader: ValueReader, tree: Tree | undefined, name: string, keys: readonly Key[]) {
    this.#reader = reader
    const entries = tree === undefined || tree.type === 'nothing' ? [] : reader.entries(tree, name)
    for (const entry of entries) if (!keys.includes(entry.key as Key)) reader.reportUnknownKey(entry, keys)
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]))
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  tree(key: Key): Tree | undefined {
    return this.#entries.get(key)?.value
  }

  /** The value of a key; null if it is empty, missing or not one value, which is reported. */
  text(key: Key): Located | null {
    return this.#scalar(this.tree(key), key)
  }

  /** The values of a list; null if it is empty or missing. */
  list(key: Key): readonly Located[] | null {
    const tree = this.tree(key)
    if (tree === undefined || tree.type === 'nothing') return null
    if (tree.type !== 'list')
      return this.#reader.report(tree.offset, `${key}: must be a list, such as [a, b]`)
    const items = tree.items.map((item) => this.#scalar(item, key)).filter((item) => item !== null)
    return items.length === 0 ? null : items
  }

  /** What `parse` makes of the value of a key. `initial` without one, or if `parse` throws a RangeError, which is reported. */
  parsed<T, Initial>(key: Key, parse: (text: string) => T, initial: Initial): T | Initial {
    const value = this.text(key)
    if (value === null) return initial
    return this.#reader.parseAt(value.offset, key, () => parse(value.text)) ?? initial
  }

  #scalar(tree: Tree | undefined, key: Key): Located | null {
    if (tree === undefined || tree.type === 'nothing') return null
    if (tree.type === 'scalar') return tree.text === '' ? null : tree
    return this.#reader.report(tree.offset, `${key}: must be one value, not a ${tree.type}`)
  }
}

/** Returns a parser that accepts the names of a table. It throws a RangeError that lists them. */
export function nameIn<T>(table: Readonly<Record<string, T>>): (text: string) => T {
  return (text) => {
    const value = Object.hasOwn(table, text) ? table[text] : undefined
    if (value === undefined) throw new RangeError(`must be one of ${Object.keys(table).join(', ')}`)
    return value
  }
}
