import { dirname, resolve } from 'node:path'
import { NO_URL_SETTINGS } from '../settings/url-settings.ts'
import { parseSwitch } from '../settings/values.ts'
import { redactName } from '../settings/quote.ts'
import { readGroup, readUrls } from './group.ts'
import type { Group } from './group.ts'
import { LineIndex } from '../settings/line-index.ts'
import { readFiles } from './list-entries.ts'
import { ValueReader } from './value-reader.ts'
import { readHeaders } from './add-settings.ts'
import type { Entry, Tree } from './tree.ts'
import { parseYaml } from './yaml-tree.ts'

/** The most problems that are reported; the others are counted. */
const MAX_PROBLEMS = 100

/** A flag that a configuration can set. */
export interface ConfigFlag {
  /** The long name, without dashes and `no-`. */
  readonly name: string
  readonly takes: 'switch' | 'value' | 'values' | 'path'
  /** Whether its value can also be a list. Default: false. */
  readonly isList?: boolean
  /** Names of switches that can't be on with this one. */
  readonly conflicts: readonly string[]
  /** Parses the value, or all values of a repeatable flag. Throws a RangeError. */
  parse(texts: readonly string[]): unknown
}

/** A problem in a configuration. */
export interface ConfigProblem {
  /** `FILE:LINE:COLUMN`. */
  readonly position: string
  /** A clause for a message, without values. */
  readonly why: string
}

/** A parsed configuration. */
export interface Config {
  /** The checked values of flags by name, and their positions, `FILE:LINE:COLUMN`. */
  readonly flags: ReadonlyMap<string, { readonly value: unknown; readonly place: string }>
  /** The first group holds the URLs and lists outside of groups. */
  readonly groups: readonly Group[]
  /** False if the text ends in the middle of a line: it may be half written. */
  readonly endsWithNewline: boolean
}

/** Flags that have a key of another name, or that make no sense in a configuration. */
const EXCLUDED_FLAGS: ReadonlySet<string> = new Set(['config', 'file', 'header', 'help', 'version'])

/** The top-level keys of a configuration. Keys that begin with `x-` are ignored; they can hold anchors. */
export function configKeys(flags: readonly ConfigFlag[]): string[] {
  return [...flagNames(flags), 'headers', 'urls', 'files', 'groups']
}

/** Parses the text of the configuration at `path` and collects its problems. */
export function readConfig(
  text: string,
  path: string,
  flags: readonly ConfigFlag[],
  env: NodeJS.ProcessEnv,
): {
  readonly config: Config
  readonly problems: readonly ConfigProblem[]
  /** Environment variables that the text uses. */
  readonly envNames: ReadonlySet<string>
} {
  const places = new LineIndex(text)
  const positionAt = (offset: number) => `${redactName(path)}:${places.position(offset)}`
  const reader = new ValueReader(env)
  const { tree, problems: yamlProblems } = parseYaml(text)
  const top = tree === null || tree.type === 'nothing' ? [] : reader.entries(tree, 'the configuration')
  const config = new TopLevelReader(reader, dirname(path), flags, positionAt).read(top)
  // A problem in an anchor is found again at each alias, and reported once.
  const distinct = new Map(
    [...yamlProblems, ...reader.problems].map(({ offset, why }) => [`${offset} ${why}`, { offset, why }]),
  )
  const problems = [...distinct.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, why }) => ({ position: positionAt(offset), why }))
  const reported = problems.slice(0, MAX_PROBLEMS)
  const more = problems.length - reported.length
  if (more > 0) reported.push({ position: redactName(path), why: `and ${more} more problems` })
  return {
    config: { ...config, endsWithNewline: text === '' || text.endsWith('\n') },
    problems: reported,
    envNames: reader.envNames,
  }
}

class TopLevelReader {
  readonly #reader: ValueReader
  readonly #directory: string
  readonly #flags: readonly ConfigFlag[]
  readonly #place: (offset: number) => string

  constructor(
    reader: ValueReader,
    directory: string,
    flags: readonly ConfigFlag[],
    place: (offset: number) => string,
  ) {
    this.#reader = reader
    this.#directory = directory
    this.#flags = flags
    this.#place = place
  }

  read(entries: readonly Entry[]): Pick<Config, 'flags' | 'groups'> {
    const reader = this.#reader
    const flags = new Map<string, { value: unknown; place: string }>()
    const ungrouped: { -readonly [key in keyof Group]: Group[key] } = {
      settings: NO_URL_SETTINGS,
      targets: [],
      files: [],
    }
    let groups: Group[] = []
    for (const entry of entries) {
      const { key, value, offset } = entry
      if (key === 'urls') ungrouped.targets = readUrls(reader, value, NO_URL_SETTINGS)
      else if (key === 'files') ungrouped.files = readFiles(reader, value, this.#directory)
      else if (key === 'groups') groups = this.#groups(value)
      else if (key === 'headers')
        flags.set('header', { value: readHeaders(reader, value), place: this.#place(offset) })
      else if (!key.startsWith('x-')) {
        const parsed = this.#flag(entry)
        if (parsed !== null) flags.set(key, { value: parsed, place: this.#place(offset) })
      }
    }
    const seen = new Set<string>()
    for (const { name, conflicts } of this.#flags) {
      const other = conflicts.find((one) => flags.get(one)?.value === true && !seen.has(one))
      seen.add(name)
      const entry = entries.find(({ key }) => key === name)
      if (entry !== undefined && other !== undefined && flags.get(name)?.value === true)
        reader.report(entry.offset, `${name}: it cannot be used with ${other}`)
    }
    return { flags, groups: [ungrouped, ...groups] }
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
      flag.takes === 'switch' ? parseSwitch(words.join()) : flag.parse(words),
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

function flagNames(flags: readonly ConfigFlag[]): string[] {
  return flags.map(({ name }) => name).filter((name) => !EXCLUDED_FLAGS.has(name))
}
