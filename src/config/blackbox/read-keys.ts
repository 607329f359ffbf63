import type { Entry, Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'

/** Reads the value of a key; undefined: it is invalid, which was reported. */
export type ReadValue<T> = (reader: ValueReader, tree: Tree, name: string) => T | undefined

/** The keys of a map, and what reads their values. */
export type Keys = Readonly<Record<string, ReadValue<unknown>>>

/** The values of the keys that are there and valid. */
type ValuesOf<K extends Keys> = { readonly [Name in keyof K]?: NonNullable<ReturnType<K[Name]>> }

/** What a map holds. */
export interface ReadMap<K extends Keys> {
  readonly values: ValuesOf<K>
  /** Whether the key is there with a value, also with an invalid one. */
  has(key: keyof K & string): boolean
  /** Reports that this key can't be there; where the map begins if it is not. */
  report(key: keyof K & string, why: string): void
  /** Reports that more than one of these keys are there, of which only one can be. */
  atMostOne(...keys: readonly (keyof K & string)[]): void
}

/** Keys of blackbox_exporter after 0.26, and the first version that has them. */
const LATER: ReadonlyMap<string, string> = new Map([
  ['fail_if_body_json_matches_cel', '0.27'],
  ['fail_if_body_json_not_matches_cel', '0.27'],
  ['enable_http3', '0.28'],
  ['expect_bytes', '0.28'],
  ['unix', '0.28'],
  ['websocket', '0.29'],
])

/** Reads a map. A key without a value counts as not there, as in Go. */
export function readKeys<K extends Keys>(reader: ValueReader, tree: Tree, name: string, keys: K): ReadMap<K> {
  const found = new Map<string, Entry>()
  const values: Record<string, unknown> = {}
  for (const entry of reader.entries(tree, name)) {
    const { key, value, offset } = entry
    const read = Object.hasOwn(keys, key) ? keys[key] : undefined
    const since = LATER.get(key)
    if (read === undefined) {
      if (since === undefined) reader.reportUnknownKey(entry, Object.keys(keys))
      else
        reader.report(
          offset,
          `${key}: blackbox_exporter ${since} has it, and headcount reads the format of 0.26`,
        )
    } else if (value.type !== 'nothing') {
      found.set(key, entry)
      const one = read(reader, value, key)
      if (one !== undefined) values[key] = one
    }
  }
  const report = (key: string, why: string) => {
    reader.report(found.get(key)?.offset ?? tree.offset, `${key}: ${why}`)
  }
  return {
    values: values as ValuesOf<K>,
    has: (key) => found.has(key),
    report,
    atMostOne(...some) {
      const [first, second] = some.filter((key) => found.has(key))
      if (first !== undefined && second !== undefined) report(second, `it can't be set beside ${first}`)
    },
  }
}

/** A text, read by `parse`, which throws a RangeError that does not quote it, or returns null for no value. */
export function parsed<T>(parse: (text: string) => T | null): ReadValue<T> {
  return (reader, tree, name) => {
    const filled = reader.text(tree, name)
    return filled === null ? undefined : (reader.parse(filled, name, () => parse(filled.text)) ?? undefined)
  }
}

/** A number, which the exporter does not take in quotes, read by `parse` as for `parsed`. */
export function unquoted<T>(parse: (text: string) => T | null): ReadValue<T> {
  const read = parsed(parse)
  return (reader, tree, name) =>
    isQuoted(tree)
      ? void reader.report(tree.offset, `${name}: must be without quotes`)
      : read(reader, tree, name)
}

/** Whether a value is in quotes, or in another form that makes it a text. */
export function isQuoted(tree: Tree): boolean {
  return tree.type === 'scalar' && tree.textOffset !== tree.offset
}

/** Any text. */
export const TEXT: ReadValue<string> = (reader, tree, name) => reader.text(tree, name)?.text

/** A list. */
export function listOf<T>(one: ReadValue<T>, example: string): ReadValue<readonly T[]> {
  return (reader, tree, name) => {
    if (tree.type === 'list')
      return tree.items.map((item) => one(reader, item, name)).filter((item) => item !== undefined)
    return void reader.report(tree.offset, `${name}: must be a list, such as ${example}`)
  }
}

/** A map of names that the user chooses. */
export function mapOf<T>(one: ReadValue<T>): ReadValue<readonly (readonly [name: string, value: T])[]> {
  return (reader, tree, name) =>
    reader.entries(tree, name).flatMap(({ key, value }) => {
      const read = one(reader, value, name)
      return read === undefined ? [] : [[key, read] as const]
    })
}

/** A key that is known and can't be honoured. */
export function refused(why: string): ReadValue<never> {
  return (reader, tree, name) => void reader.report(tree.offset, `${name}: ${why}`)
}
