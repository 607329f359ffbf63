import { orderSteps } from '../settings/url-options.ts'
import { NAMED_SETTINGS, PLAIN_SETTINGS } from '../settings/override.ts'
import { UrlSettingsBuilder, mergeDefaults } from '../settings/url-settings.ts'
import type { UrlSettings } from '../settings/url-settings.ts'
import { parseLine } from '../targets/parse-line.ts'
import type { ListEntry } from '../targets/list-entry.ts'
import type { Target } from '../targets/target.ts'
import { readFiles } from './list-entries.ts'
import { hideValues } from './value-reader.ts'
import type { ResolvedText, ValueReader } from './value-reader.ts'
import { addNamed, addSetting } from './add-settings.ts'
import type { Tree } from './tree.ts'

/** The most URLs in a group itself; more belong in a list. */
const MAX_URLS = 10_000

/** URLs that share settings. */
export interface Group {
  /** The settings of the group. Those of `targets` include them already. */
  readonly settings: UrlSettings
  readonly targets: readonly Target[]
  /** More URLs of the group: lists by absolute path or URL. */
  readonly files: readonly ListEntry[]
}

/** Named settings, such as headers and labels, by the keys of their maps. */
const MAPS = new Map([...NAMED_SETTINGS.values()].map((named) => [named.mapKey, named]))

/** The keys of a group. */
export const GROUP_KEYS: readonly string[] = [...PLAIN_SETTINGS.keys(), ...MAPS.keys(), 'urls', 'files']

/** Reads a group. Paths are relative to `directory`; `flags` are keys that only the top level has. */
export function readGroup(
  reader: ValueReader,
  tree: Tree,
  directory: string,
  flags: readonly string[],
): Group {
  const builder = new UrlSettingsBuilder(directory)
  const entries = reader.entries(tree, 'groups')
  let urls: Tree | null = null
  let files: readonly ListEntry[] = []
  for (const entry of entries) {
    const { key, value, offset } = entry
    const named = MAPS.get(key)
    if (key === 'urls') urls = value
    else if (key === 'files') files = readFiles(reader, value, directory)
    else if (named !== undefined) addNamed(reader, builder, named, value)
    else if (PLAIN_SETTINGS.has(key)) addSetting(reader, builder, key, value, offset)
    else if (flags.includes(key))
      reader.report(offset, `${key}: it can only be set at the top level, for all URLs`)
    else reader.reportUnknownKey(entry, GROUP_KEYS)
  }
  if (tree.type === 'map' && !entries.some(({ key }) => key === 'urls' || key === 'files'))
    reader.report(tree.offset, 'a group without urls and files')
  if (builder.missing !== null) reader.report(tree.offset, builder.missing)
  const { overrides, labels } = builder.settings
  const settings = { overrides: overrides === null ? null : orderSteps(overrides), labels }
  return { settings, files, targets: urls === null ? [] : readUrls(reader, urls, settings, directory) }
}

/** Reads URLs, each with settings like a line of a list. */
export function readUrls(
  reader: ValueReader,
  tree: Tree,
  groupSettings: UrlSettings,
  directory: string,
): Target[] {
  const lines = reader.texts(tree, 'urls')
  if (lines.length > MAX_URLS)
    reader.report(tree.offset, `urls: ${lines.length} lines; the limit is ${MAX_URLS}, put more into a file`)
  const inGroup = mergeDefaults(groupSettings)
  return lines.flatMap((filled) => {
    const target = readUrl(reader, filled, directory)
    return target === null ? [] : [{ url: target.url, ...inGroup(target) }]
  })
}

function readUrl(
  reader: ValueReader,
  { text, offset, textOffset, envNames }: ResolvedText,
  directory: string,
): Target | null {
  const line = parseLine(text, directory)
  if (line === null) return reader.report(offset, 'urls: the line has no URL')
  if ('url' in line) return line
  for (const { at, why } of line.problems) {
    const place = textOffset === null || at === null ? offset : textOffset + at
    reader.report(place, hideValues(why, envNames))
  }
  return null
}
