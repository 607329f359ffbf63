import { dirname, resolve } from 'node:path'
import { NOTHING } from '../settings/said.ts'
import { parseSwitch } from '../settings/values.ts'
import { shownName } from '../targets/quote.ts'
import { readGroup, readUrls } from './group.ts'
import type { Group } from './group.ts'
import { Places } from '../settings/places.ts'
import { readFiles } from './list-entries.ts'
import { Reader } from './reader.ts'
import { readHeaders } from './say.ts'
import type { Entry, Tree } from './tree.ts'
import { parseYaml } from './yaml.ts'

/** Mistakes of one configuration that are told; more are counted. */
const MOST_MISTAKES = 100

/** A flag as a configuration can set it. */
export interface ConfigFlag {
  /** Its long name, without dashes and `no-`. */
  readonly name: string
  readonly takes: 'switch' | 'value' | 'values' | 'path'
  /** Names of switches that can't be on with this one. */
  readonly conflicts: readonly string[]
  /** What the flag's value comes to, or its values. Throws a RangeError. */
  parse(texts: readonly string[]): unknown
}

/** Something that is wrong with a configuration. */
export interface Mistake {
  /** `FILE:LINE:COLUMN`. */
  readonly place: string
  /** A clause for a person, without values. */
  readonly why: string
}

/** What a configuration says. */
export interface Config {
  /** The values of flags, by name, checked, with their places, `FILE:LINE:COLUMN`. */
  readonly flags: ReadonlyMap<string, { readonly value: unknown; readonly place: string }>
  /** First what stands outside of groups. */
  readonly groups: readonly Group[]
  /** Whether its text has an end: one that stops in the middle of a line may be half written. */
  readonly whole: boolean
}

/** Flags whose values have other keys, or that make no sense in a configuration. */
const NOT_FLAGS: ReadonlySet<string> = new Set(['config', 'file', 'header', 'help', 'version'])

/** The keys of a configuration. What begins with `x-` is nobody's, and a place for anchors. */
export function configKeys(flags: readonly ConfigFlag[]): string[] {
  return [...namesOf(flags), 'headers', 'urls', 'files', 'groups']
}

/** Reads the text of the configuration at `path`: what it says, and all that is wrong with it. */
export function readConfig(
  text: string,
  path: string,
  flags: readonly ConfigFlag[],
  env: NodeJS.ProcessEnv,
): {
  readonly config: Config
  readonly mistakes: readonly Mistake[]
  /** Names of the environment that were put in. */
  readonly names: ReadonlySet<string>
} {
  const places = new Places(text)
  const place = (offset: number) => `${shownName(path)}:${places.at(offset)}`
  const reader = new Reader(env)
  const { tree, wrongs } = parseYaml(text)
  const top = tree === null || tree.type === 'nothing' ? [] : reader.entries(tree, 'the configuration')
  const config = new Top(reader, dirname(path), flags, place).read(top)
  // What aliases bring in twice is told once.
  const wrong = new Map(
    [...wrongs, ...reader.wrongs].map(({ offset, why }) => [`${offset} ${why}`, { offset, why }]),
  )
  const mistakes = [...wrong.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, why }) => ({ place: place(offset), why }))
  const told = mistakes.slice(0, MOST_MISTAKES)
  const more = mistakes.length - told.length
  if (more > 0) told.push({ place: shownName(path), why: `and ${more} more mistakes` })
  return {
    config: { ...config, whole: text === '' || text.endsWith('\n') },
    mistakes: told,
    names: reader.names,
  }
}

class Top {
  readonly #reader: Reader
  readonly #directory: string
  readonly #flags: readonly ConfigFlag[]
  readonly #place: (offset: number) => string

  constructor(
    reader: Reader,
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
    const outside: { -readonly [key in keyof Group]: Group[key] } = { said: NOTHING, targets: [], files: [] }
    let groups: Group[] = []
    for (const entry of entries) {
      const { key, value, offset } = entry
      if (key === 'urls') outside.targets = readUrls(reader, value, NOTHING)
      else if (key === 'files') outside.files = readFiles(reader, value, this.#directory)
      else if (key === 'groups') groups = this.#groups(value)
      else if (key === 'headers')
        flags.set('header', { value: readHeaders(reader, value), place: this.#place(offset) })
      else if (!key.startsWith('x-')) {
        const parsed = this.#flag(entry)
        if (parsed !== null) flags.set(key, { value: parsed, place: this.#place(offset) })
      }
    }
    const told = new Set<string>()
    for (const { name, conflicts } of this.#flags) {
      const other = conflicts.find((one) => flags.get(one)?.value === true && !told.has(one))
      told.add(name)
      const entry = entries.find(({ key }) => key === name)
      if (entry !== undefined && other !== undefined && flags.get(name)?.value === true)
        reader.wrong(entry.offset, `${name}: not together with ${other}`)
    }
    return { flags, groups: [outside, ...groups] }
  }

  /** The value of a flag; null when there is none. */
  #flag(entry: Entry): unknown {
    const { key, value } = entry
    const reader = this.#reader
    const flag = this.#flags.find(({ name }) => name === key && !NOT_FLAGS.has(name))
    if (flag === undefined) {
      reader.unknown(entry, configKeys(this.#flags))
      return null
    }
    const texts =
      flag.takes === 'values'
        ? reader.texts(value, key)
        : [key === 'accept' ? reader.joined(value, key) : reader.text(value, key)]
    const filled = texts.filter((one) => one !== null)
    const [first] = filled
    if (first === undefined) return null
    const words = filled.map(({ text }) =>
      flag.takes === 'path' && text !== '' && !text.includes('://') ? resolve(this.#directory, text) : text,
    )
    const names = filled.flatMap((one) => one.names)
    return reader.parsed({ ...first, names }, key, () =>
      flag.takes === 'switch' ? parseSwitch(words.join()) : flag.parse(words),
    )
  }

  #groups(tree: Tree): Group[] {
    if (tree.type !== 'list') {
      this.#reader.wrong(tree.offset, 'groups: it is a list, each item of which begins with a dash')
      return []
    }
    const flags = namesOf(this.#flags)
    return tree.items.map((item) => readGroup(this.#reader, item, this.#directory, flags))
  }
}

function namesOf(flags: readonly ConfigFlag[]): string[] {
  return flags.map(({ name }) => name).filter((name) => !NOT_FLAGS.has(name))
}
