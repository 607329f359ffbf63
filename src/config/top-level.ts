import { NO_URL_SETTINGS } from '../settings/url-settings.ts'
import { isOn } from '../settings/flag.ts'
import type { PublicPage } from '../settings/public-page.ts'
import { parseSwitch } from '../settings/values.ts'
import { resolve } from 'node:path'
import { NAMED_FLAGS } from '../settings/override.ts'
import { readNamed } from './add-settings.ts'
import { ALERT_KEYS } from './config.ts'
import type { AlertTrees, Config, ConfigFlag, ReadAlerts } from './config.ts'
import { readGroup, readUrls } from './group.ts'
import type { Group } from './group.ts'
import { readAws } from './aws.ts'
import { readOauth2 } from './oauth2.ts'
import { readPublicPages } from './public-pages.ts'
import { readFiles } from './list-entries.ts'
import type { Entry, Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

/** Flags that have a key of another name, or that make no sense in a configuration. */
const EXCLUDED_FLAGS: ReadonlySet<string> = new Set([
  'config',
  'file',
  'help',
  'version',
  ...NAMED_FLAGS.keys(),
])

/** Flags whose values have names, which a configuration gives as maps, by the keys of these. */
const MAPS = new Map([...NAMED_FLAGS].map(([flag, named]) => [named.mapKey, { flag, named }]))

/** What settings name: it is read before them. */
const DEFINITIONS = new Map([
  ['aws', readAws],
  ['oauth2', readOauth2],
])

const PUBLIC = 'public'

/** The top-level keys of a configuration. Keys that begin with `x-` are ignored; they can hold anchors. */
export function configKeys(flags: readonly ConfigFlag[]): string[] {
  const sections = [...DEFINITIONS.keys(), ...ALERT_KEYS, PUBLIC, 'urls', 'files', 'groups']
  return [...flagNames(flags), ...MAPS.keys(), ...sections]
}

/** Reads the top level of a configuration. */
export class TopLevelReader {
  readonly #reader: ValueReader
  readonly #directory: string
  readonly #flags: readonly ConfigFlag[]
  readonly #place: (offset: number) => string
  readonly #readAlerts: ReadAlerts | null

  constructor(
    reader: ValueReader,
    directory: string,
    flags: readonly ConfigFlag[],
    place: (offset: number) => string,
    readAlerts: ReadAlerts | null,
  ) {
    this.#reader = reader
    this.#directory = directory
    this.#flags = flags
    this.#place = place
    this.#readAlerts = readAlerts
  }

  read(entries: readonly Entry[]): Omit<Config, 'warnings' | 'files' | 'endsWithNewline'> {
    const reader = this.#reader
    const flags = new Map<string, { value: unknown; place: string }>()
    const ungrouped: { -readonly [key in keyof Group]: Group[key] } = {
      settings: NO_URL_SETTINGS,
      targets: [],
      files: [],
    }
    let groups: Group[] = []
    let pages: readonly PublicPage[] = []
    for (const { key, value } of entries) DEFINITIONS.get(key)?.(reader, value, this.#directory)
    for (const entry of entries) {
      const { key, value, offset } = entry
      const map = MAPS.get(key)
      if (DEFINITIONS.has(key) || (isAlertKey(key) && this.#readAlerts !== null)) continue
      if (key === PUBLIC) pages = readPublicPages(reader, value, this.#directory)
      else if (key === 'urls') ungrouped.targets = readUrls(reader, value, NO_URL_SETTINGS, this.#directory)
      else if (key === 'files') ungrouped.files = readFiles(reader, value, this.#directory)
      else if (key === 'groups') groups = this.#groups(value)
      else if (map !== undefined)
        flags.set(map.flag, { value: readNamed(reader, map.named, value), place: this.#place(offset) })
      else if (!key.startsWith('x-')) {
        const parsed = this.#flag(entry)
        if (parsed !== null) flags.set(key, { value: parsed, place: this.#place(offset) })
      }
    }
    const seen = new Set<string>()
    for (const { name, conflicts } of this.#flags) {
      const other = conflicts.find((one) => isOn(flags.get(one)?.value) && !seen.has(one))
      seen.add(name)
      const entry = entries.find(({ key }) => key === name)
      if (entry !== undefined && other !== undefined && isOn(flags.get(name)?.value))
        reader.report(entry.offset, `${name}: it cannot be used with ${other}`)
    }
    return { flags, groups: [ungrouped, ...groups], pages, ...this.#alerts(entries, flags) }
  }

  #alerts(entries: readonly Entry[], flags: Config['flags']): Pick<Config, 'alerts' | 'rulePlaces'> {
    const trees: AlertTrees = Object.fromEntries(
      entries.filter(({ key }) => isAlertKey(key)).map(({ key, value }) => [key, value]),
    )
    if (this.#readAlerts === null || Object.keys(trees).length === 0)
      return { alerts: null, rulePlaces: new Map() }
    const { alerts, ruleOffsets } = this.#readAlerts(this.#reader, trees, this.#directory, flags)
    const places = [...ruleOffsets].map(([name, offset]) => [name, this.#place(offset)] as const)
    return { alerts, rulePlaces: new Map(places) }
  }

  /** The value of a flag; null if it is invalid. */
  #flag(entry: Entry): unknown {
    const { key, value } = entry
    const reader = this.#reader
    const flag = this.#flags.find(({ name }) => name === key && !EXCLUDED_FLAGS.has(name))
    if (flag === undefined) {
      reader.reportUnknownKey(entry, configKeys(this.#flags))
      return null
    }
    const texts =
      flag.takes === 'values'
        ? reader.texts(value, key)
        : [flag.isList === true ? reader.joinedText(value, key) : reader.text(value, key)]
    const filled = texts.filter((one) => one !== null)
    const [first] = filled
    if (first === undefined) return null
    const words = filled.map(({ text }) =>
      flag.takes === 'path' && text !== '' && !text.includes('://') ? resolve(this.#directory, text) : text,
    )
    const envNames = filled.flatMap((one) => one.envNames)
    return reader.parse({ ...first, envNames }, key, () =>
      flag.takes === 'switch'
        ? parseSwitch(words.join())
        : flag.parse(words, flag.takes === 'path' ? undefined : this.#directory),
    )
  }

  #groups(tree: Tree): Group[] {
    if (tree.type !== 'list') {
      this.#reader.report(tree.offset, 'groups: must be a list; begin each item with a dash')
      return []
    }
    const flags = flagNames(this.#flags)
    return tree.items.map((item) => readGroup(this.#reader, item, this.#directory, flags))
  }
}

function isAlertKey(key: string): boolean {
  return ALERT_KEYS.some((one) => one === key)
}

function flagNames(flags: readonly ConfigFlag[]): string[] {
  return flags.map(({ name }) => name).filter((name) => !EXCLUDED_FLAGS.has(name))
}
