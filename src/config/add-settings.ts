import type { Overrides } from '../settings/url-options.ts'
import { HEADER } from '../settings/named-setting.ts'
import type { NamedSetting } from '../settings/named-setting.ts'
import { OverrideError, PLAIN_SETTINGS } from '../settings/override.ts'
import { UrlSettingsBuilder } from '../settings/url-settings.ts'
import { hideValues } from './value-reader.ts'
import type { ResolvedText, ValueReader } from './value-reader.ts'
import type { Tree } from './tree.ts'

/** Reads a map of headers. */
export function readHeaders(reader: ValueReader, tree: Tree): NonNullable<Overrides['headers']> {
  const builder = new UrlSettingsBuilder()
  addNamed(reader, builder, HEADER, tree)
  return builder.settings.overrides?.headers ?? []
}

/** Adds each name and value of a map, such as headers or labels. */
export function addNamed(
  reader: ValueReader,
  builder: UrlSettingsBuilder,
  { prefix, mapKey }: NamedSetting,
  tree: Tree,
): void {
  for (const { key, value, offset } of reader.entries(tree, mapKey))
    addSetting(reader, builder, `${prefix}.${key}`, value, offset)
}

/** Adds one setting. */
export function addSetting(
  reader: ValueReader,
  builder: UrlSettingsBuilder,
  key: string,
  value: Tree,
  keyOffset: number,
): void {
  const setting = PLAIN_SETTINGS.get(key)
  if (setting?.takes === 'values')
    for (const filled of reader.texts(value, key)) addText(reader, builder, key, filled, keyOffset)
  else {
    const filled = setting?.type.isList === true ? reader.joinedText(value, key) : reader.text(value, key)
    if (filled !== null) addText(reader, builder, key, filled, keyOffset)
  }
}

function addText(
  reader: ValueReader,
  builder: UrlSettingsBuilder,
  key: string,
  filled: ResolvedText,
  keyOffset: number,
): void {
  try {
    builder.add(key, filled.text)
  } catch (error) {
    if (!(error instanceof OverrideError)) throw error
    if (error.part === 'key') reader.report(keyOffset, error.message)
    else reader.report(filled.offset, hideValues(error.message, filled.envNames))
  }
}
