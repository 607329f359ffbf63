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
