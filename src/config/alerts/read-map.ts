import { closestName } from '../../settings/closest-name.ts'
import { quote } from '../../settings/quote.ts'
import { parseLongDuration } from '../../settings/durations.ts'
import { parseLabelName } from '../label-name.ts'
import type { MapReader } from '../map-reader.ts'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'

/** Reports keys that a map lacks. */
export function requireKeys(
  reader: ValueReader,
  map: MapReader,
  name: string,
  keys: readonly string[],
): void {
  for (const key of keys)
    if (map.tree(key) === undefined) reader.report(map.offset, `${name}: it has no ${key}`)
}

/** A duration in ms, more than 0; null without the key, or if it is invalid. */
export function readDuration(map: MapReader, key: string): number | null {
  return map.read(key, (text) => parseLongDuration(text))
}

/** A duration in ms, at least a second; null without the key, or if it is invalid. */
export function readSeconds(map: MapReader, key: string): number | null {
  return map.read(key, (text) => parseLongDuration(text, 1_000))
}

/** Names of labels, a list or a single one. */
export function readLabels(reader: ValueReader, tree: Tree | undefined, key: string): string[] {
  if (tree === undefined) return []
  const names = reader
    .texts(tree, key)
    .flatMap((filled) => reader.parse(filled, key, () => parseLabelName(filled.text)) ?? [])
  return [...new Set(names)]
}

/** Names of receivers, a list or a single one. Reports those that are not defined. */
export function readReceiverNames(
  reader: ValueReader,
  tree: Tree | undefined,
  key: string,
  receivers: ReadonlySet<string>,
): string[] {
  if (tree === undefined) return []
  if (tree.type === 'list' && tree.items.length === 0) reader.report(tree.offset, `${key}: name a receiver`)
  const names = reader
    .texts(tree, key)
    .flatMap(
      (filled) => reader.parse(filled, key, () => parseDefined(filled.text, 'receiver', receivers)) ?? [],
    )
  return [...new Set(names)]
}

/** A name that must be one of `defined`. Throws a RangeError. */
export function parseDefined(text: string, what: string, defined: ReadonlySet<string>): string {
  if (defined.has(text)) return text
  const meant = closestName(text, [...defined])
  const hint = meant === null ? '' : `: did you mean ${quote(meant)}?`
  throw new RangeError(`there is no ${what} ${quote(text)}${hint}`)
}
