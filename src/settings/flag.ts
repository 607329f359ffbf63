import { choiceOf, FILE_NAME, SWITCH } from './value-types.ts'
import type { ValueType } from './value-types.ts'

/** The headings of `--help` and of the tables in the documentation, in their order. */
export const GROUPS = [
  'Lists',
  'Run',
  'Schedule',
  'Request',
  'Verdict',
  'TLS',
  'Network',
  'Output',
  'HTTP',
  'History',
  'Alerts',
  'Cluster',
  'Capacity',
] as const

/** One flag. The command line, the help, the environment and the keys of a configuration are made from it. */
export interface Flag<Field extends string = string, Value = unknown> {
  /** As on the command line, without dashes; of a switch the name that switches it on. */
  readonly name: string
  /** The field of the options that holds its value. */
  readonly field: Field
  readonly group: (typeof GROUPS)[number]
  /** As help shows it, without the `no-` of a switch: `-i, --interval <duration>`. */
  readonly usage: string
  readonly help: string
  /** `values`: the flag can be repeated. */
  readonly takes: 'switch' | 'value' | 'values' | 'path'
  /** The type of one value. */
  readonly type: ValueType
  /** Its value when nothing sets it. */
  readonly initial: Value
  /** That value as help shows it; null: the help text says it. */
  readonly initialText: string | null
  /** Of a switch that is on by default: the help of its form with `no-`. */
  readonly offHelp: string | null
  readonly choices: readonly string[] | null
  /** Switches of which only one can be on. */
  readonly conflicts: readonly string[]
  /** Merges a value into one of lower precedence, such as that of a line into that of its group; null: it replaces that one. */
  readonly combine: ((lower: unknown, higher: unknown) => unknown) | null
}

/** The values of flags, by their fields. */
export type ValuesOf<Flags extends readonly Flag[]> = {
  readonly [One in Flags[number] as One['field']]: One['initial']
}

/** What every row of the table says. */
type Row<Field extends string> = Pick<Flag<Field>, 'usage' | 'field' | 'group' | 'help'>

const PLAIN = { initialText: null, offHelp: null, choices: null, conflicts: [], combine: null } as const

/** A flag with a value and a default. `initialText`: what help shows as the default, if not the text itself. */
export function value<const Field extends string, Value>(
  row: Row<Field> & { type: ValueType<Value>; default: string; initialText?: string },
): Flag<Field, Value> {
  const { default: text, ...rest } = row
  return {
    ...PLAIN,
    initialText: text,
    ...rest,
    name: nameOf(row.usage),
    takes: 'value',
    initial: row.type.parse(text),
  }
}

/** A flag with a value, null by default. */
export function optional<const Field extends string, Value>(
  row: Row<Field> & { type: ValueType<Value> },
): Flag<Field, Value | null> {
  return { ...PLAIN, ...row, name: nameOf(row.usage), takes: 'value', initial: null }
}

/** A flag that names a file, null by default. */
export function path<const Field extends string>(row: Row<Field>): Flag<Field, string | null> {
  return { ...optional({ ...row, type: FILE_NAME }), takes: 'path' }
}

/** A flag that can be repeated. */
export function values<const Field extends string, Value>(
  row: Row<Field> & {
    type: ValueType<Value>
    initialText?: string
    combine?: (lower: readonly Value[], higher: readonly Value[]) => readonly Value[]
  },
): Flag<Field, readonly Value[]> {
  const combine = (row.combine ?? null) as Flag['combine']
  return {
    ...PLAIN,
    initialText: 'none',
    ...row,
    combine,
    name: nameOf(row.usage),
    takes: 'values',
    initial: [],
  }
}

/** A switch. `offHelp` makes it one that is on by default. */
export function toggle<const Field extends string>(
  row: Row<Field> & { offHelp?: string; conflicts?: readonly string[] },
): Flag<Field, boolean> {
  const { offHelp = null } = row
  return {
    ...value({ ...row, type: SWITCH, default: offHelp === null ? 'off' : 'on' }),
    takes: 'switch',
    offHelp,
  }
}

/** A flag whose value is one of `choices`. */
export function choice<const Field extends string, const Choice extends string>(
  row: Row<Field> & { choices: readonly Choice[]; default: NoInfer<Choice> },
): Flag<Field, Choice> {
  const { choices } = row
  return { ...value({ ...row, type: choiceOf(choices) }), choices }
}

/** Whether a flag that excludes others is in use: a switch that is on, or an address family. */
export function isOn(setting: unknown): boolean {
  return setting !== undefined && setting !== false && setting !== 0
}

function nameOf(usage: string): string {
  const name = /--([a-z0-9-]+)/.exec(usage)?.[1] ?? ''
  // The command line would take it for the opposite of another flag.
  if (name.startsWith('no-')) throw new TypeError(`the name of a flag begins with no-: ${usage}`)
  return name
}
