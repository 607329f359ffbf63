import { Command, CommanderError, Option } from 'commander'
import packageJson from '#package.json' with { type: 'json' }
import { FLAGS, keyOf } from './flag-table.ts'
import type { Flag } from './flag-table.ts'
import type { Layer, Setting } from './precedence.ts'
import { tryParse, invalidValueText, redactArgument } from './invalid-value.ts'
import { closestName } from '../settings/closest-name.ts'

// The only door to commander: it cuts the command line into flags and values, and prints the help. It checks no value, since its
// messages quote what they refuse.

/** What is on the command line. */
export type CommandLine =
  | {
      readonly type: 'flags'
      readonly layer: Layer
      readonly urls: readonly string[]
      readonly mistakes: string[]
    }
  /** To be printed, no more. */
  | { readonly type: 'say'; readonly text: string }
  /** It can't be told what is meant. */
  | { readonly type: 'wrong'; readonly why: string }

const HINT = '(--help lists the flags)'

/** Reads the command line, without node and script. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  let helpText = ''
  const command = makeCommand()
  command.exitOverride().configureOutput({ writeOut: (text) => (helpText += text), writeErr: () => {} })
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { type: 'say', text: helpText }
    return { type: 'wrong', why: errorText(error) }
  }
  const mistakes: string[] = []
  const layer = new Map<string, Setting>()
  for (const flag of FLAGS) {
    const key = keyOf(flag)
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
  if (flag.takes === 'values') return tryParse(() => given.map((text) => flag.parse(text)))
  // The last one holds, so that a script can add flags to those that it was given; a file would be left out without a word.
  if (flag.takes === 'path' && given.length > 1)
    return { why: `given ${given.length} times, but only one file can be given` }
  return tryParse(() => flag.parse(given.at(-1) as string))
}

/** The message of commander's quotes arguments, which may hold secrets. */
function errorText({ code, message }: CommanderError): string {
  const quoted = /'([^']*)/s.exec(message)?.[1] ?? ''
  if (code === 'commander.optionMissingArgument')
    return `error: ${/--[a-z0-9-]+/.exec(quoted)?.[0] ?? 'a flag'}: it needs a value ${HINT}`
  const shown = redactArgument(quoted)
  const name = shown.replace(/^-+(?:no-)?/, '')
  if (FLAGS.some((flag) => flag.name === name))
    return `error: ${shown}: it takes no value; a switch is turned off with no- before its name`
  const meant = closestName(name, ['help', 'version', ...FLAGS.map((flag) => flag.name)])
  const hint = meant === null ? '' : `: was --${meant} meant?`
  return `error: unknown option ${shown}${hint} ${HINT}`
}

function makeCommand(): Command {
  const command = new Command('headcount')
    .description(packageJson.description)
    .usage('[options] [url...]')
    .argument('[url...]', 'URLs to poll, besides those of the lists')
    .version(`headcount ${packageJson.version}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText(
      'after',
      '\nDurations: 250ms, 1.5s, 2m, 1h. A switch is turned off with no- before its name.\n' +
        'Every flag also reads HEADCOUNT_<NAME> from the environment.',
    )
  for (const flag of FLAGS) for (const option of optionsOf(flag)) command.addOption(option)
  return command
}

/** A switch has two: with `no-` and without; help shows both of one that is on. */
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
