import { Command, CommanderError, Option } from 'commander'
import packageJson from '#package.json' with { type: 'json' }
import type { Flag } from '../settings/flag.ts'
import type { Layer, Setting } from './precedence.ts'
import { tryParse, invalidValueText, redactArgument } from './invalid-value.ts'
import { closestName } from '../settings/closest-name.ts'

// The only file that imports commander, which splits the command line into flags and values and prints the help. Commander checks no
// value: its messages would quote what they refuse, which may be a secret.

/** What is on the command line. */
export type CommandLine =
  | {
      readonly type: 'flags'
      readonly layer: Layer
      readonly urls: readonly string[]
      readonly mistakes: string[]
    }
  /** `--help` or `--version`. */
  | { readonly type: 'print'; readonly text: string }
  | { readonly type: 'invalid'; readonly why: string }

const HINT = '(--help lists the flags)'

/** Reads the command line, without node and script. */
export function readCommandLine(argv: readonly string[], flags: readonly Flag[]): CommandLine {
  let helpText = ''
  const command = makeCommand(flags)
  command.exitOverride().configureOutput({ writeOut: (text) => (helpText += text), writeErr: () => {} })
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { type: 'print', text: helpText }
    return { type: 'invalid', why: errorText(error, flags) }
  }
  const mistakes: string[] = []
  const layer = new Map<string, Setting>()
  for (const flag of flags) {
    const key = attributeOf(flag)
    if (command.getOptionValueSource(key) !== 'cli') continue
    const read = valueOf(flag, command.getOptionValue(key) as boolean | string[])
    const name = `--${flag.name}`
    if ('why' in read) mistakes.push(invalidValueText({ place: 'error', name, why: read.why }))
    else layer.set(flag.name, { value: read.value, source: 'line', name, place: 'error' })
  }
  return { type: 'flags', layer, urls: command.args, mistakes }
}

function valueOf(flag: Flag, given: boolean | string[]): { value: unknown } | { why: string } {
  if (typeof given === 'boolean') return { value: given }
  if (flag.takes === 'values') return tryParse(() => given.map((text) => flag.type.parse(text)))
  // The last one counts, so that a script can append flags to those that it was given. Of two files, one would be ignored silently.
  if (flag.takes === 'path' && given.length > 1)
    return { why: `given ${given.length} times, but only one file can be given` }
  return tryParse(() => flag.type.parse(given.at(-1) as string))
}

/** Commander's own messages quote arguments, which may hold secrets. */
function errorText({ code, message }: CommanderError, flags: readonly Flag[]): string {
  const quoted = /'([^']*)/s.exec(message)?.[1] ?? ''
  if (code === 'commander.optionMissingArgument')
    return `error: ${/--[a-z0-9-]+/.exec(quoted)?.[0] ?? 'a flag'}: it needs a value ${HINT}`
  const shown = redactArgument(quoted)
  const name = shown.replace(/^-+(?:no-)?/, '')
  if (flags.some((flag) => flag.name === name))
    return `error: ${shown}: it takes no value; a switch is turned off with no- before its name`
  const meant = closestName(name, ['help', 'version', ...flags.map((flag) => flag.name)])
  const hint = meant === null ? '' : `: was --${meant} meant?`
  return `error: unknown option ${shown}${hint} ${HINT}`
}

function makeCommand(flags: readonly Flag[]): Command {
  const command = new Command('headcount')
    .description(packageJson.description)
    .usage('[options] [url...]')
    .argument('[url...]', 'URLs to poll, in addition to those of the lists')
  for (const flag of flags)
    for (const option of optionsOf(flag)) command.addOption(option.helpGroup(`${flag.group}:`))
  return command
    .optionsGroup('Help:')
    .version(`headcount ${packageJson.version}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText(
      'after',
      '\nDurations: 250ms, 1.5s, 2m, 1h. To turn a switch off, put no- before its name.\n' +
        'Every flag can also be set by an environment variable, HEADCOUNT_<NAME>, and in the configuration.\n' +
        'headcount history --help: copy, check, export and import a file of --history.\n' +
        'headcount export-page --help: write the public status pages as files.',
    )
}

/** The name that commander gives to an option: `poolSize` for `--pool-size`. */
function attributeOf({ name }: Flag): string {
  return new Option(`--${name}`).attributeName()
}

/** A switch makes two options, with `no-` and without. Help shows both of a switch that is on by default. */
function optionsOf({ takes, usage, name, help, offHelp, initialText, initial, choices }: Flag): Option[] {
  if (takes === 'switch') {
    const on = new Option(usage, help).default(initial, initialText ?? undefined)
    return [on, new Option(`--no-${name}`, offHelp ?? '').hideHelp(offHelp === null)]
  }
  const option = new Option(usage, help).argParser((text: string, before: string[] | undefined) => [
    ...(before ?? []),
    text,
  ])
  if (initialText !== null) option.default([], initialText)
  if (choices !== null) option.argChoices = [...choices]
  return [option]
}
