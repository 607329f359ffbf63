import type { Config, ConfigFlag } from './config/config.ts'
import { mergeHeaders } from './settings/said.ts'
import type { Said } from './settings/said.ts'

/** A flag of the command line, as commander has it. */
interface FlagOption {
  readonly flags: string
  readonly long?: string | undefined
  readonly required: boolean
  readonly optional: boolean
  readonly defaultValue?: unknown
  /** Attributes of other flags; it has no type of commander's. */
  readonly conflictsWith?: readonly string[]
  readonly parseArg?: (<T>(text: string, before: T) => T) | undefined
  attributeName(): string
}

/** The values of flags, and where each comes from: the command line, the environment, or its default. */
export interface FlagValues {
  readonly options: readonly FlagOption[]
  getOptionValue(name: string): unknown
  getOptionValueSource(name: string): string | undefined
  setOptionValueWithSource(name: string, value: unknown, source: string): unknown
}

type Headers = NonNullable<NonNullable<Said['overrides']>['headers']>

/** The flags as a configuration can set them. */
export function configFlags({ options }: FlagValues): ConfigFlag[] {
  const flags = options.map((option) => [nameOf(option), flagOf(option)] as const)
  return [...new Map(flags).values()]
}

/** Gives flags the values that a configuration has for them, where nothing that comes before it has. */
export function fillFrom({ flags }: Config, values: FlagValues): void {
  for (const option of values.options) {
    const name = nameOf(option)
    const said = flags.get(name)
    if (said === undefined) continue
    const attribute = option.attributeName()
    if (name === 'header') {
      const headers = mergeHeaders(said.value as Headers, values.getOptionValue(attribute) as Headers)
      values.setOptionValueWithSource(attribute, headers, 'config')
    } else if (comesFirst(name, attribute, values)) {
      values.setOptionValueWithSource(attribute, said.value, 'config')
    }
  }
}

/** The place in the configuration of the flag that a message names first, if it comes from there; else null. */
export function placeOfFlag(message: string, { flags }: Config, values: FlagValues): string | null {
  const name = /--(?:no-)?([a-z0-9-]+)/.exec(message)?.[1]
  const option = values.options.find((one) => nameOf(one) === name)
  if (name === undefined || option === undefined) return null
  const isOurs = values.getOptionValueSource(option.attributeName()) === 'config'
  return isOurs ? (flags.get(name)?.place ?? null) : null
}

function comesFirst(name: string, attribute: string, values: FlagValues): boolean {
  // The two are one choice.
  const attributes = name === 'ipv4' || name === 'ipv6' ? ['ipv4', 'ipv6'] : [attribute]
  return attributes.every((one) =>
    ['default', 'config', undefined].includes(values.getOptionValueSource(one)),
  )
}

function flagOf(option: FlagOption): ConfigFlag {
  const { parseArg, required, optional, defaultValue } = option
  const name = nameOf(option)
  if (!required && !optional)
    return { name, takes: 'switch', conflicts: option.conflictsWith ?? [], parse: () => true }
  // A flag that can be given again and again begins with none.
  const first = Array.isArray(defaultValue) && defaultValue.length === 0 ? [] : undefined
  const takes = first !== undefined ? 'values' : /<(?:file|path)>/.test(option.flags) ? 'path' : 'value'
  const parse = parseArg?.bind(option) ?? ((text: string) => text as never)
  return {
    name,
    takes,
    conflicts: [],
    parse: (texts) => texts.reduce((before: unknown, text) => told(() => parse(text, before)), first),
  }
}

/** An error of commander's as one of ours: "It is not a duration." becomes "not a duration". */
function told<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'commander.invalidArgument') throw error
    const why = (error as Error).message.replace(/^It is /, '').replace(/\.$/, '')
    throw new RangeError(why.charAt(0).toLowerCase() + why.slice(1), { cause: error })
  }
}

function nameOf({ long }: FlagOption): string {
  return (long ?? '').replace(/^--(no-)?/, '')
}
