import type { ProbeConfig } from '../config/blackbox/probe-config.ts'
import type { Config, ReadAlerts } from '../config/config.ts'
import type { ConfigFile } from '../config/config-file.ts'
import type { InputFile } from '../print/text/input-files.ts'
import { NEXT_STEPS } from './help/short-help.ts'
import { asErrors } from '../resource/as-errors.ts'
import { isTerminal, textWidth } from '../runtime/terminal.ts'
import { ListError } from '../targets/read-targets.ts'
import { alertNotices, refuseBlindRules } from './alert-state.ts'
import { misplacedArgument } from './check-arguments.ts'
import { readCommandLine } from './command-line.ts'
import { configFlags, configLayer } from './config-flags.ts'
import { DEMO_DEFAULTS } from './demo-defaults.ts'
import { readEnvironment, unknownText } from './environment.ts'
import type { Flag } from '../settings/flag.ts'
import { FLAGS, flagsOf } from './flag-table.ts'
import type { Flags } from './flag-table.ts'
import { FlagsError, NothingToPollError } from './flags-error.ts'
import { invalidValueText } from './invalid-value.ts'
import { makeOptions, recorderOf } from './make-options.ts'
import type { Options } from './options.ts'
import { resolveSettings } from './precedence.ts'
import type { Layer, Source } from './precedence.ts'
import { inputsOf } from './run-inputs.ts'
import { checkWritable, checkWrittenFiles } from './written-files.ts'

/** What the command line asks for: a run, or a text to print (`--help`, `--version`, errors). */
export type CommandRequest =
  | {
      readonly type: 'run'
      readonly options: Options
      readonly notices: readonly string[]
      readonly config: ConfigFile | null
      /** The modules of `/probe` in the file of `--probe-config`; null without the flag. */
      readonly probes: ProbeConfig | null
      /** All files that the run reads, as far as they are known now: lists may name more. */
      readonly inputs: () => readonly InputFile[]
      /** Why the files that the run writes must not be what they are, lines, now that more inputs are known; '' if they may. */
      readonly refusal: () => string
    }
  | { readonly type: 'print'; readonly text: string; readonly ok: boolean }

/**
 * Reads the command line (without node and script), the environment and the files that they name. Errors become a text. `ignored`: flags
 * that count on the command line alone.
 */
export async function readCommand(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  ignored: readonly string[] = [],
): Promise<CommandRequest> {
  const line = await readCommandLine(argv, FLAGS, textWidth())
  if (line.type === 'print') return { type: 'print', text: line.text, ok: true }
  if (line.type === 'invalid') return rejected([line.why])
  const misplaced = misplacedArgument(line.urls)
  if (misplaced !== null) return rejected([...line.mistakes, misplaced])
  const environment = readEnvironment(env, FLAGS)
  const mistakes = [...line.mistakes, ...environment.mistakes]
  const layers = { line: line.layer, environment: without(environment.layer, ignored) }
  let config: ConfigFile | null = null
  try {
    config = await openConfig(layers, ignored)
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    return rejected([...mistakes, error.message])
  }
  const configMistakes = (config?.problems ?? []).map(({ position, why }) => `${position}: ${why}`)
  const configuration = config === null ? new Map() : without(configLayer(config.config), ignored)
  const settings = settingsOf(FLAGS, { ...layers, configuration })
  const flags = flagsOf(settings)
  let probes: ProbeConfig | null = null
  try {
    probes = await openProbes(flags.run)
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    return rejected([...mistakes, ...configMistakes, error.message])
  }
  const fileMistakes = [...configMistakes, ...(probes?.problems ?? [])]
  // --check goes on and reports the mistakes in the lists as well.
  if (mistakes.length > 0 || (fileMistakes.length > 0 && !flags.run.check))
    return rejected([...mistakes, ...fileMistakes])
  try {
    const hasAlerts = (config?.config.alerts ?? null) !== null
    checkWritable(flags.run, inputsOf(flags, config?.config ?? null, null), hasAlerts)
    const { options, notices } = await makeOptions(flags, settings, line.urls, config?.isList ?? false)
    checkWrittenFiles(flags.run, options.outputs, hasAlerts)
    const inputs = () => inputsOf(flags, config?.config ?? null, options.webConfig)
    const unknown = environment.unknown.filter((name) => config?.envNames.has(name) !== true)
    const warnings = config === null ? [] : alertNotices(config.config, options)
    const known = [...unknownText(unknown, FLAGS), ...notices, ...warnings, ...(probes?.notices ?? [])]
    return {
      type: 'run',
      options,
      notices: [...fileMistakes.map(asErrors), ...known],
      config,
      probes,
      inputs,
      refusal: () =>
        refusalText(() => checkWritable(flags.run, inputs().filter(isNamed), hasAlerts), settings),
    }
  } catch (error) {
    if (error instanceof ListError) return rejected([...fileMistakes, error.message])
    if (!(error instanceof FlagsError)) throw error
    if (error instanceof NothingToPollError && argv.length === 0 && isTerminal(2))
      return { type: 'print', text: NEXT_STEPS, ok: false }
    return rejected([...fileMistakes, errorText(error, settings)])
  }
}

/** A layer without these flags. */
function without(layer: Layer, names: readonly string[]): Layer {
  return new Map([...layer].filter(([name]) => !names.includes(name)))
}

function rejected(lines: readonly string[]): CommandRequest {
  return { type: 'print', text: lines.map((line) => `${line}\n`).join(''), ok: false }
}

/** Loaded only where it is asked for. */
async function openConfig(
  layers: Record<'line' | 'environment', Layer>,
  ignored: readonly string[],
): Promise<ConfigFile | null> {
  const named = layers.line.get('config') ?? layers.environment.get('config')
  if (named === undefined) return null
  const { ConfigFile: File } = await import('../config/config-file.ts')
  const keepsHistory = (flags: Config['flags']) => {
    const { run } = flagsOf(settingsOf(FLAGS, { ...layers, configuration: configLayer({ flags }) }))
    return run.plan || recorderOf(run) !== null
  }
  // Where the history is ignored, no rule is asked.
  const keeps = ignored.includes('history') ? () => true : keepsHistory
  return File.open(named.value as string, configFlags(FLAGS), () => loadAlerts(keeps))
}

/** Loaded only where it is asked for. */
async function loadAlerts(keepsHistory: (flags: Config['flags']) => boolean): Promise<ReadAlerts> {
  const { readAlerts } = await import('../config/alerts/read-alerts.ts')
  return refuseBlindRules(readAlerts, keepsHistory)
}

/** Loaded only where it is asked for. */
async function openProbes({ probeConfig }: Flags['run']): Promise<ProbeConfig | null> {
  if (probeConfig === null) return null
  const { ProbeConfig: Modules } = await import('../config/blackbox/probe-config.ts')
  return Modules.open(probeConfig)
}

/** The value of each flag. `--demo` has defaults of its own. */
function settingsOf(flags: readonly Flag[], layers: Record<Exclude<Source, 'default'>, Layer>): Layer {
  const settings = resolveSettings(flags, { ...layers, default: defaults(flags, {}) })
  if (settings.get('demo')?.value !== true) return settings
  return resolveSettings(flags, { ...layers, default: defaults(flags, DEMO_DEFAULTS) })
}

/** The defaults, `overrides` in the place of those of the same names. */
function defaults(flags: readonly Flag[], overrides: Readonly<Record<string, unknown>>): Layer {
  return new Map(
    flags.map(({ name, initial }) => [
      name,
      { value: overrides[name] ?? initial, source: 'default', name: `--${name}`, place: 'error' },
    ]),
  )
}

/** Standard input may be closed by now, and its descriptor may be another file. */
function isNamed({ file }: InputFile): boolean {
  return typeof file === 'string'
}

/** What to say if `check` throws a FlagsError; '' if not. */
function refusalText(check: () => void, settings: Layer): string {
  try {
    check()
    return ''
  } catch (error) {
    if (!(error instanceof FlagsError)) throw error
    return `${errorText(error, settings)}\n`
  }
}

function errorText({ flag, message }: FlagsError, settings: Layer): string {
  const setting = flag === null ? undefined : settings.get(flag)
  return setting === undefined ? `error: ${message}` : invalidValueText({ ...setting, why: message })
}
