import type { Entry, Tree } from './tree.ts'
import type { ResolvedText, ValueReader } from './value-reader.ts'

/** The keys of one definition: those that it needs, and others. */
interface DefinitionKeys {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/** Reads the value of a key; null: it is missing or invalid, which has been reported. */
export type ReadKey = <T>(key: string, parse: (filled: ResolvedText) => T) => T | null

/** Reads what the configuration defines under `section`: a map of names, each with a map of keys. Reports mistakes. */
export function readDefinitions(
  reader: ValueReader,
  tree: Tree,
  section: string,
  keys: DefinitionKeys,
  define: (name: string, read: ReadKey) => void,
): void {
  for (const { key: name, value, offset } of reader.entries(tree, section)) {
    if (/^[\w.-]{1,60}$/.test(name)) readOne(reader, section, keys, { name, tree: value, define })
    else reader.report(offset, `${section}: a name has letters, digits, dots, dashes and underscores only`)
  }
}

function readOne(
  reader: ValueReader,
  section: string,
  { required, optional }: DefinitionKeys,
  one: { name: string; tree: Tree; define: (name: string, read: ReadKey) => void },
): void {
  const { name, tree, define } = one
  const known = [...required, ...optional]
  const entries = new Map<string, Entry>()
  for (const entry of reader.entries(tree, name)) {
    if (known.includes(entry.key)) entries.set(entry.key, entry)
    else reader.reportUnknownKey(entry, known)
  }
  if (tree.type !== 'map') return
  const missing = required.find((key) => !entries.has(key))
  if (missing !== undefined) return void reader.report(tree.offset, `${section}: ${name} has no ${missing}`)
  define(name, (key, parse) => {
    const entry = entries.get(key)
    const filled = entry === undefined ? null : reader.text(entry.value, key)
    return filled === null ? null : reader.parse(filled, key, () => parse(filled))
  })
}
