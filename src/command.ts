import { Command, CommanderError } from 'commander'
import type { Option } from 'commander'
import packageJson from '#package.json' with { type: 'json' }
import { configFlags, fillFrom, placeOfFlag } from './config-flags.ts'
import type { ConfigFlag } from './config/config.ts'
import { ConfigFile } from './config/file.ts'
import { shortenDemo } from './demo-times.ts'
import { flagList } from './flag-list.ts'
import { FlagsError, optionsOf } from './flags.ts'
import type { Flags } from './flags.ts'
import type { Options } from './options.ts'
import { ListError } from './targets/read.ts'

// With flag-list.ts the only door to commander: the command line, and what it becomes.

/** What the command line asks for: to run, or only to say something (`--help`, `--version`, bad flags). */
export type Asked =
  | {
      readonly type: 'run'
      readonly options: Options
      readonly notices: readonly string[]
      readonly config: ConfigFile | null
    }
  | { readonly type: 'say'; readonly text: string; readonly ok: boolean }

/**
 * Reads the command line (without node and script), the environment, and the files that they name. Rejects with nothing: what is
 * wrong is said.
 */
export async function readCommand(argv: readonly string[]): Promise<Asked> {
  let said = ''
  const command = makeCommand()
  command.exitOverride().configureOutput({
    writeOut: (text) => (said += text),
    writeErr: (text) => (said += text),
  })
  const no = (lines: readonly string[]) => ({
    type: 'say' as const,
    text: lines.map((line) => `${line}\n`).join(''),
    ok: false,
  })
  let config: ConfigFile | null = null
  let mistakes: string[] = []
  try {
    command.parse([...booleansOf(command), ...argv], { from: 'user' })
    const { config: path } = command.opts<{ config?: string }>()
    if (path !== undefined) config = await ConfigFile.open(path, configurableFlags())
    if (config !== null) fillFrom(config.config, command)
    mistakes = (config?.mistakes ?? []).map(({ place, why }) => `${place}: ${why}`)
    shortenDemo(command)
    const flags = command.opts<Flags>()
    // --check goes on to the lists.
    if (mistakes.length > 0 && !flags.check) return no(mistakes)
    const { options, notices } = await optionsOf(flags, command.args, config?.isList ?? false)
    return { type: 'run', options, notices: [...mistakes, ...notices], config }
  } catch (error) {
    if (error instanceof ListError) return no([error.message])
    if (error instanceof FlagsError) {
      const place = config && placeOfFlag(error.message, config.config, command)
      return no([...mistakes, `${place ?? 'error'}: ${error.message}`])
    }
    if (!(error instanceof CommanderError)) throw error
    return { type: 'say', text: said, ok: error.exitCode === 0 }
  }
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
      '\nDurations: 250ms, 1.5s, 2m, 1h. Every flag also reads HEADCOUNT_<NAME> from the environment.',
    )
    .showHelpAfterError('(--help lists the flags)')
  for (const option of flagList()) {
    if (takesValue(option)) option.env(variableOf(option))
    command.addOption(option)
  }
  return command
}

function takesValue(option: Option): boolean {
  return option.required || option.optional
}

/** `--status-interval` reads HEADCOUNT_STATUS_INTERVAL. */
function variableOf(option: Option): string {
  return `HEADCOUNT_${(option.long as string).slice(2).replaceAll('-', '_').toUpperCase()}`
}

/** The flags without a value that the environment sets, as arguments: commander takes any text, `0` too, for on. */
function booleansOf(command: Command): string[] {
  return command.options.flatMap((option) => {
    const variable = variableOf(option)
    const value = takesValue(option) || option.long === '--version' ? undefined : process.env[variable]
    if (value === undefined) return []
    if (/^(1|true|yes|on)$/i.test(value)) return [option.long as string]
    if (!/^(0|false|no|off|)$/i.test(value))
      command.error(`error: ${variable} is neither 1 nor 0 but "${value}"`)
    return option.long === '--get-fallback' ? ['--no-get-fallback'] : []
  })
}

/** The flags that a configuration can set. */
export function configurableFlags(): ConfigFlag[] {
  return configFlags(makeCommand())
}
