import type { ReceiverKey, ReceiverType } from '../../alerts/receivers/receiver-type.ts'
import { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ResolvedText, ValueReader } from '../value-reader.ts'
import { readSecret } from './secret-file.ts'

/** The settings that the keys of a type make of a value or a map; null: there is a mistake, which is reported. Paths are relative to `directory`. */
export function readReceiverSettings(
  reader: ValueReader,
  type: ReceiverType,
  tree: Tree,
  directory: string,
): Readonly<Record<string, unknown>> | null {
  const problems = reader.problems.length
  const { offset } = tree
  const expanded: Tree =
    tree.type === 'map'
      ? tree
      : { type: 'map', offset, entries: [{ key: type.mainKey, offset, value: tree }] }
  const map = new MapReader(reader, expanded, type.name, Object.keys(type.keys))
  const settings = Object.fromEntries(
    Object.entries(type.keys).map(([name, key]) => {
      const value = map.tree(name)
      if (value !== undefined) return [name, readKey(reader, name, key, value, directory)]
      if (key.isRequired) reader.report(offset, `${type.name}: it has no ${name}`)
      return [name, key.absent]
    }),
  )
  if (reader.problems.length > problems) return null
  const checked = reader.parseAt(offset, type.name, () => {
    type.check(settings)
    return settings
  })
  if (checked !== null)
    for (const warning of type.warnings(settings)) reader.warn(offset, `${type.name}: ${warning}`)
  return checked
}

function readKey(
  reader: ValueReader,
  key: string,
  { takes, isSecret, isRequired, parse }: ReceiverKey,
  tree: Tree,
  directory: string,
): unknown {
  const valueOf = (filled: ResolvedText, name = '') =>
    reader.parse(filled, key, () =>
      parse({ text: isSecret ? readSecret(reader, filled, directory) : filled.text, name, directory }),
    )
  if (takes === 'text') {
    const filled = reader.text(tree, key)
    return filled === null ? null : valueOf(filled)
  }
  const values: unknown[] =
    takes === 'list'
      ? reader.texts(tree, key).map((filled) => valueOf(filled))
      : reader.entries(tree, key).flatMap(({ key: name, value }) => {
          const filled = reader.text(value, `${key}: a value`)
          return filled === null ? [] : [[name, valueOf(filled, name)]]
        })
  const isEmpty =
    tree.type === 'list' ? tree.items.length === 0 : tree.type === 'map' && tree.entries.length === 0
  if (isRequired && isEmpty) reader.report(tree.offset, `${key}: it is empty`)
  return values
}
