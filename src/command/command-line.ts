import { Command, CommanderError, Option } from 'commander'
import packageJson from '#package.json' with { type: 'json' }
import type { Flag } from '../settings/flag.ts'
import type { Layer, Setting } from './precedence.ts'
import { tryParse, invalidValueText, redactArgument } from './invalid-value.ts'
import { closestName } from '../settings/closest-name.ts'
import { SHORT_HELP } from './help/short-help.ts'

// The only file that imports commander, which splits the command line into flags and values. Commander checks no value: its
// messages would quote what they refuse, which may be a secret.

/** What is on the command line. */
export type CommandLine =
  | {
      readonly type: 'flags'
      readonly layer: Layer
      readonly urls: readonly string[]
      readonly mistakes: string[]
    }
  /** `-h`, `--help` or `--version`. */
  | { readonly type: 'print'; readonly text: string }
  | { readonly type: 'invalid'; readonly why: string }

const HINT = '(--help lists the flags)'

/** The version or help is asked for. */
class HelpAsked extends Error {
  readonly answer: () => CommandLine | Promise<CommandLine>

  constructor(answer: HelpAsked['answer']) {
    super('help')
    this.answer = answer
  }
}

/** Reads the command line, without node and script. `width`: the most characters of a line of help. */
export async function readCommandLine(
  argv: readonly string[],
  flags: readonly Flag[],
  width = 80,
): Promise<CommandLine> {
  const command = makeCommand(flags, width)
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} })
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof HelpAsked) return error.answer()
    if (!(error instanceof CommanderError)) throw error
    return { type: 'invalid', why: errorText(error, argv, flags) }
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
function errorText(
  { code, message }: CommanderError,
  argv: readonly string[],
  flags: readonly Flag[],
): string {
  const quoted = /'([^']*)/s.exec(message)?.[1] ?? ''
  if (code === 'commander.optionMissingArgument')
    return `error: ${/--[a-z0-9-]+/.exec(quoted)?.[0] ?? 'a flag'}: it needs a value ${HINT}`
  const oneDash = argv.find((one) => flags.some(({ name }) => one === `-${name}`))
  if (oneDash !== undefined) return `error: unknown option ${oneDash}: was -${oneDash} meant? ${HINT}`
  const shown = redactArgument(quoted)
  const name = shown.replace(/^-+(?:no-)?/, '')
  if (flags.some((flag) => flag.name === name))
    return `error: ${shown}: it takes no value; a switch is turned off with no- before its name`
  if (name === 'version') return `error: ${shown}: it takes no value ${HINT}`
  const meant = closestName(name, ['help', 'version', ...flags.map((flag) => flag.name)])
  const hint = meant === null ? '' : `: was --${meant} meant?`
  return `error: unknown option ${shown}${hint} ${HINT}`
}

function makeCommand(flags: readonly Flag[], width: number): Command {
  const command = new Command('headcount').argument('[url...]').helpOption(false)
  for (const flag of flags) for (const option of optionsOf(flag)) command.addOption(option)
  const asked = (option: string, answer: (word: string | null) => ReturnType<HelpAsked['answer']>) =>
    command.addOption(new Option(option)).on(`option:${new Option(option).name()}`, (word: string | null) => {
      throw new HelpAsked(() => answer(word))
    })
  asked('-v, --version', () => ({ type: 'print', text: `headcount ${packageJson.version}\n` }))
  asked('-h', () => ({ type: 'print', text: SHORT_HELP }))
  asked('--help [word]', (word) => helpAbout(flags, word, width))
  return command
}

/** All of the help, or what it says of a word. A run does not need what this loads. */
async function helpAbout(flags: readonly Flag[], word: string | null, width: number): Promise<CommandLine> {
  const { helpText, nothingFound } = await import('./help/help-text.ts')
  const text = helpText(flags, word, width)
  return text === null ? { type: 'invalid', why: nothingFound(word ?? '') } : { type: 'print', text }
}

/** The name that commander gives to an option: `poolSize` for `--pool-size`. */
function attributeOf({ name }: Flag): string {
  return new Option(`--${name}`).attributeName()
}

/** A switch makes two options, with `no-` and without. */
function optionsOf({ takes, usage, name, initial }: Flag): Option[] {
  if (takes === 'switch') return [new Option(usage).default(initial), new Option(`--no-${name}`)]
  return [
    new Option(usage).argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]),
  ]
}
