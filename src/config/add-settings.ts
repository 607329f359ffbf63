import type { Header } from '../settings/headers.ts'
import type { NamedSetting } from '../settings/named-setting.ts'
import { OverrideError, PLAIN_SETTINGS } from '../settings/override.ts'
import { UrlSettingsBuilder } from '../settings/url-settings.ts'
import { hideValues } from './value-reader.ts'
import type { ResolvedText, ValueReader } from './value-reader.ts'
import type { Tree } from './tree.ts'

/** Reads a map of names and values, such as headers. */
export function readNamed(reader: ValueReader, named: NamedSetting, tree: Tree): readonly Header[] {
  const builder = new UrlSettingsBuilder()
  addNamed(reader, builder, named, tree)
  return Object.values(builder.settings.overrides ?? {}).flat() as readonly Header[]
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
