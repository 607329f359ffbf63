import type { Overrides } from '../settings/overrides.ts'
import { OverrideError } from '../settings/override.ts'
import { UrlSettingsBuilder } from '../settings/url-settings.ts'
import { hideValues } from './value-reader.ts'
import type { ValueReader } from './value-reader.ts'
import type { Tree } from './tree.ts'

/** Reads a map of headers. */
export function readHeaders(reader: ValueReader, tree: Tree): NonNullable<Overrides['headers']> {
  const builder = new UrlSettingsBuilder()
  addSettings(reader, builder, 'headers', tree)
  return builder.settings.overrides?.headers ?? []
}

/** Adds each header or label of a map. */
export function addSettings(
  reader: ValueReader,
  builder: UrlSettingsBuilder,
  name: 'headers' | 'labels',
  tree: Tree,
): void {
  const prefix = name === 'headers' ? 'header.' : 'label.'
  for (const { key, value, offset } of reader.entries(tree, name))
    addSetting(reader, builder, prefix + key, value, offset)
}

/** Adds one setting. */
export function addSetting(
  reader: ValueReader,
  builder: UrlSettingsBuilder,
  key: string,
  value: Tree,
  keyOffset: number,
): void {
  const filled = key === 'accept' ? reader.joinedText(value, key) : reader.text(value, key)
  if (filled === null) return
  try {
    builder.add(key, filled.text)
  } catch (error) {
    if (!(error instanceof OverrideError)) throw error
    if (error.part === 'key') reader.report(keyOffset, error.message)
    else reader.report(filled.offset, hideValues(error.message, filled.envNames))
  }
}
