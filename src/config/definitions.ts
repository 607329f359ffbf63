import { MapReader } from './map-reader.ts'
import type { Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

/** The keys of one definition: those that it needs, and others. */
interface DefinitionKeys {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/**
 * Reads what the configuration defines under `section`: a map of names, each with a map of keys. Reports mistakes. `define` gets each map
 * that has what it needs; a RangeError that it throws is reported.
 */
export function readDefinitions(
  reader: ValueReader,
  tree: Tree,
  section: string,
  { required, optional }: DefinitionKeys,
  define: (name: string, map: MapReader) => void,
): void {
  for (const { key: name, value, offset } of reader.entries(tree, section)) {
    if (!/^[\w.-]{1,60}$/.test(name)) {
      reader.report(offset, `${section}: a name has letters, digits, dots, dashes and underscores only`)
      continue
    }
    const map = new MapReader(reader, value, name, [...required, ...optional])
    if (value.type !== 'map') continue
    const missing = required.find((key) => map.tree(key) === undefined)
    // More names than there may be are a RangeError.
    if (missing === undefined) reader.parseAt(offset, `${section}: ${name}`, () => define(name, map))
    else reader.report(value.offset, `${section}: ${name} has no ${missing}`)
  }
}

/** The names that the configuration defines under a section. Bounded by what can be defined. */
export class DefinedNames {
  /** The number of the last reading of the configuration that names it. */
  readonly #named = new Map<string, number>()
  readonly #remove: (name: string) => void

  /** `remove` is called with each name that is defined no more. */
  constructor(remove: (name: string) => void) {
    this.#remove = remove
  }

  /** The reading with this number defines this. */
  add(name: string, reading: number): void {
    this.#named.set(name, reading)
  }

  /** The reading with this number is in use. What a later one names stays, since that may be in use soon. */
  keep(reading: number): void {
    for (const [name, last] of this.#named)
      if (last < reading) {
        this.#named.delete(name)
        this.#remove(name)
      }
  }
}
