import type { Entry, Tree } from './tree.ts'
import type { ResolvedText, ValueReader } from './value-reader.ts'

/** Reads a map with known keys. Other keys are reported. */
export class MapReader {
  readonly offset: number
  readonly #reader: ValueReader
  readonly #entries = new Map<string, Entry>()

  /** `name`: of the map, in messages. */
  constructor(reader: ValueReader, tree: Tree, name: string, keys: readonly string[]) {
    this.#reader = reader
    this.offset = tree.offset
    for (const entry of reader.entries(tree, name)) {
      if (keys.includes(entry.key)) this.#entries.set(entry.key, entry)
      else reader.reportUnknownKey(entry, keys)
    }
  }

  /** The value of a key as it stands; undefined without the key. */
  tree(key: string): Tree | undefined {
    return this.#entries.get(key)?.value
  }

  /** Where the key stands, or the map without it. */
  offsetOf(key: string): number {
    return this.#entries.get(key)?.offset ?? this.offset
  }

  /** What `parse` makes of the value; null without the key, or if it throws a RangeError, which is reported. */
  read<T>(key: string, parse: (text: string, filled: ResolvedText) => T): T | null {
    const tree = this.tree(key)
    const filled = tree === undefined ? null : this.#reader.text(tree, key)
    return filled === null ? null : this.#reader.parse(filled, key, () => parse(filled.text, filled))
  }
}
