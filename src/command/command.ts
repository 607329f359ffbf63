import { readCommandLine } from './command-line.ts'
import { configFlags, configLayer } from './config-flags.ts'
import { ConfigFile } from '../config/config-file.ts'
import { DEMO_TIMES } from './demo-times.ts'
import { readEnvironment, unknownText } from './environment.ts'
import { FLAGS, keyOf } from './flag-table.ts'
import { optionsOf } from './flags.ts'
import type { Flags } from './flags.ts'
import type { Options } from './options.ts'
import { FlagsError } from './check-effective.ts'
import { checkOutput } from './output-file.ts'
import type { InputFile } from '../print/text/input-files.ts'
import { resolveSettings } from './precedence.ts'
import type { Layer, Source } from './precedence.ts'
import { invalidValueText } from './invalid-value.ts'
import { isHttpName } from '../targets/list-names.ts'
import { redactName } from '../settings/quote.ts'
import { describeError, ListError } from '../targets/read-targets.ts'

/** What the command line asks for: to run, or only to say something (`--help`, `--version`, bad flags). */
export type CommandRequest =
  | {
      readonly type: 'run'
      readonly options: Options
      readonly notices: readonly string[]
      readonly config: ConfigFile | null
      /** All files that a run reads. */
      readonly inputs: readonly InputFile[]
    }
  | { readonly type: 'say'; readonly text: string; readonly ok: boolean }

/**
 * Reads the command line (without node and script), the environment and the files that they name. Rejects with nothing: what is wrong
 * is said.
 */
export async function readCommand(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<CommandRequest> {
  const line = readCommandLine(argv)
  if (line.type === 'say') return { type: 'say', text: line.text, ok: true }
  if (line.type === 'wrong') return rejected([line.why])
  const environment = readEnvironment(env)
  const mistakes = [...line.mistakes, ...environment.mistakes]
  const layers = { line: line.layer, environment: environment.layer }
  let config: ConfigFile | null = null
  try {
    config = await openConfig(layers)
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    return rejected([...mistakes, error.message])
  }
  const configMistakes = (config?.problems ?? []).map(({ position, why }) => `${position}: ${why}`)
  const settings = settingsOf({
    ...layers,
    configuration: config === null ? new Map() : configLayer(config.config),
  })
  const flags = flagsOf(settings)
  // --check goes on to the lists.
  if (mistakes.length > 0 || (configMistakes.length > 0 && !flags.check))
    return rejected([...mistakes, ...configMistakes])
  try {
    const inputs = inputsOf(flags, config)
    if (flags.output !== undefined && !flags.check && !flags.plan) checkOutputOf(flags, inputs)
    const { options, notices } = await optionsOf(flags, settings, line.urls, config?.isList ?? false)
    const unknown = environment.unknown.filter((name) => config?.envNames.has(name) !== true)
    const said = [...configMistakes, ...unknownText(unknown), ...notices]
    return { type: 'run', options, notices: said, config, inputs }
  } catch (error) {
    if (!(error instanceof FlagsError)) throw error
    return rejected([...configMistakes, errorText(error, settings)])
  }
}

function rejected(lines: readonly string[]): CommandRequest {
  return { type: 'say', text: lines.map((line) => `${line}\n`).join(''), ok: false }
}

function openConfig({
  line,
  environment,
}: Record<'line' | 'environment', Layer>): Promise<ConfigFile | null> {
  const named = line.get('config') ?? environment.get('config')
  return named === undefined ? Promise.resolve(null) : ConfigFile.open(named.value as string, configFlags())
}

function settingsOf(layers: Record<Exclude<Source, 'default'>, Layer>): Layer {
  const settings = resolveSettings(FLAGS, { ...layers, default: defaults({}) })
  if (settings.get('demo')?.value !== true) return settings
  return resolveSettings(FLAGS, { ...layers, default: defaults(DEMO_TIMES) })
}

/** What holds where nobody says anything; `others` in the place of the defaults of those names. */
function defaults(others: Readonly<Record<string, unknown>>): Layer {
  return new Map(
    FLAGS.map(({ name, initial }) => [
      name,
      { value: others[name] ?? initial, source: 'default', name: `--${name}`, place: 'error' },
    ]),
  )
}

function flagsOf(settings: Layer): Flags {
  const flags = FLAGS.map((flag) => [keyOf(flag), settings.get(flag.name)?.value])
  return Object.fromEntries(flags) as Flags
}

function checkOutputOf({ output, once }: Flags, inputs: readonly InputFile[]): void {
  try {
    checkOutput(output as string, inputs, once)
  } catch (error) {
    throw new FlagsError('output', `${redactName(output as string)}: ${describeError(error)}`, error)
  }
}

/** All files that a run reads. */
function inputsOf(
  { file, cacert, cert, key }: Pick<Flags, 'file' | 'cacert' | 'cert' | 'key'>,
  config: ConfigFile | null,
): InputFile[] {
  const entries = config?.config.groups.flatMap(({ files }) => files) ?? []
  const lists = [...file, ...entries.map((entry) => entry.file)].filter((name) => !isHttpName(name))
  const pems = [{ cacert, cert, key }, ...entries.map(({ settings }) => settings)].flatMap((settings) =>
    [settings?.cacert, settings?.cert, settings?.key].filter((path) => path != null),
  )
  return [
    ...(config === null ? [] : [{ name: 'the configuration', file: config.path }]),
    ...lists.map((name) => (name === '-' ? STANDARD_INPUT : { name: 'a list', file: name })),
    ...pems.map((path) => ({ name: 'a certificate or key', file: path })),
  ]
}

const STANDARD_INPUT: InputFile = { name: 'standard input', file: 0 }

function errorText({ flag, message }: FlagsError, settings: Layer): string {
  const setting = flag === null ? undefined : settings.get(flag)
  return setting === undefined ? `error: ${message}` : invalidValueText({ ...setting, why: message })
}
