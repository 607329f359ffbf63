import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import packageJson from '#package.json' with { type: 'json' }
import { configFlags, fillFrom, placeOfFlag } from './config-flags.ts'
import type { ConfigFlag } from './config/config.ts'
import { ConfigFile } from './config/file.ts'
import { shortenDemo } from './demo-times.ts'
import { FlagsError, optionsOf } from './flags.ts'
import type { Flags } from './flags.ts'
import { CONCURRENCY, defaultPoolSize } from './limits.ts'
import type { Options } from './options.ts'
import { FORMATS } from './print/options.ts'
import { parseDuration } from './settings/durations.ts'
import { parseHeader, parseHeaderValue } from './settings/headers.ts'
import { parseAccept, parseResolver, parseTime, parseWhole } from './settings/values.ts'
import { ListError } from './targets/read.ts'

// The only door to commander: the flags, their defaults and what they become.

/** What the command line asks for: to run, or only to say something (`--help`, `--version`, bad flags). */
export type Asked =
  | {
      readonly type: 'run'
      readonly options: Options
      readonly notices: readonly string[]
      readonly config: ConfigFile | null
    }
  | { readonly type: 'say'; readonly text: string; readonly ok: boolean }

/** Reads the command line (without node and script) and the environment. Throws nothing: what is wrong is said. */
export function readCommand(argv: readonly string[]): Asked {
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
    if (path !== undefined) config = new ConfigFile(path, configurableFlags())
    if (config !== null) fillFrom(config.config, command)
    mistakes = (config?.mistakes ?? []).map(({ place, why }) => `${place}: ${why}`)
    shortenDemo(command)
    const flags = command.opts<Flags>()
    // --check goes on to the lists.
    if (mistakes.length > 0 && !flags.check) return no(mistakes)
    const { options, notices } = optionsOf(flags, command.args, config?.isList ?? false)
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
  const time = checked(parseTime)
  for (const option of [
    new Option('-c, --config <file>', 'YAML with these flags, URLs and groups of them; see docs/lists.md'),
    new Option('-f, --file <list>', 'a list of URLs, a file or a URL; - for standard input; repeatable')
      .argParser((path: string, before: string[]) => [...before, path])
      .default([], 'none'),
    new Option('-p, --pool-size <n>', 'poller threads')
      .argParser(whole(1, 1024))
      .default(defaultPoolSize(), 'cores - 1, at least 1'),
    new Option('-i, --interval <duration>', 'from one poll of a URL to the next')
      .argParser(time)
      .default(60_000, '60s'),
    new Option('--error-backoff <duration>', 'added to the interval for each consecutive error')
      .argParser(checked(parseDuration))
      .default(10_000, '10s'),
    new Option('--max-backoff <duration>', 'most that is ever added')
      .argParser(checked(parseDuration))
      .default(600_000, '10m'),
    new Option('--status-interval <duration>', 'between printed states')
      .argParser(time)
      .default(10_000, '10s'),
    new Option('-t, --timeout <duration>', 'the whole poll: look-up, dial, TLS, answer, redirects')
      .argParser(time)
      .default(10_000, '10s'),
    new Option('--duration <duration>', 'end after this long (default: never)').argParser(time),
    new Option(
      '--concurrency <n>',
      `polls in flight per poller (default: ${CONCURRENCY}, or what the descriptor limit allows)`,
    ).argParser(whole(1, 65_536)),
    new Option('--host-concurrency <n>', 'polls in flight per origin')
      .argParser(whole(1, 65_536))
      .default(16),
    new Option('-X, --method <method>').choices(['HEAD', 'GET']).default('HEAD'),
    new Option('--get-fallback', 'ask again with GET where HEAD is refused (405, 501)').default(true, 'on'),
    new Option('--no-get-fallback', 'a refused HEAD is the answer'),
    new Option('--max-redirects <n>', '0: a redirect is the answer').argParser(whole(0, 100)).default(10),
    new Option('--accept <ranges>', 'statuses that count as up, such as 200..=299,401')
      .argParser(checked(parseAccept))
      .default([[200, 299]], '200..=299'),
    new Option('-H, --header <name: value>', "sent to the URL's own origin; repeatable")
      .argParser((text: string, before: [string, string][]) => [...before, headerOf(text)])
      .default([], 'none'),
    new Option('-A, --user-agent <text>')
      .argParser(checked(parseHeaderValue))
      .default(`headcount/${packageJson.version}`),
    new Option('--keep-alive', 'keep connections between polls').default(false, 'off'),
    new Option('--insecure', 'do not check certificates').default(false, 'off'),
    new Option('--cacert <file>', 'trust these certificates as well (PEM)'),
    new Option('--cert <file>', 'client certificate (PEM)'),
    new Option('--key <file>', 'its key (PEM)'),
    new Option('-4, --ipv4', 'IPv4 addresses only').default(false, 'off').conflicts('ipv6'),
    new Option('-6, --ipv6', 'IPv6 addresses only').default(false, 'off'),
    new Option('--resolver <ip[:port]>', "ask this DNS server (default: the system's)").argParser(
      checked(parseResolver),
    ),
    new Option('--deny-private', 'refuse addresses that are not public, at every hop').default(false, 'off'),
    new Option('--http2', 'offer HTTP/2 by ALPN').default(false, 'off'),
    new Option('--no-recheck', 'let a URL that was up turn on one failed poll'),
    new Option('--once', 'poll every URL once, print, exit').default(false, 'off'),
    new Option('--changes', 'print a State only when verdict, reason or status has changed').default(
      false,
      'off',
    ),
    new Option('--format <format>').choices(['auto', ...FORMATS]).default('auto'),
    new Option('--output <file>', 'results to a file as well; reopened on SIGHUP'),
    new Option('--refresh <duration>', 'from one reading of a list that comes from a server to the next')
      .argParser(time)
      .default(60_000, '60s'),
    new Option('--allow-shrink', 'take over a list that has lost more than half of its URLs').default(
      false,
      'off',
    ),
    new Option('--demo', 'serve a small site on loopback and poll it').default(false, 'off'),
    new Option('--plan', 'say what this list at this interval asks of this machine, poll nothing').default(
      false,
      'off',
    ),
    new Option('--check', 'read the lists, say what is wrong with them, poll nothing').default(false, 'off'),
  ]) {
    if (takesValue(option)) option.env(variableOf(option))
    command.addOption(option)
  }
  return command
}

/** A parser of commander's from one of ours. */
function checked<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidArgumentError(`It is ${error.message}.`)
      throw error
    }
  }
}

/** commander's own message would show the header: it may be a secret. */
function headerOf(text: string): [name: string, value: string] {
  try {
    return parseHeader(text)
  } catch (error) {
    if (error instanceof RangeError)
      throw new FlagsError(`--header: it is ${error.message}`, { cause: error })
    throw error
  }
}

function whole(least: number, most: number): (text: string) => number {
  return checked((text) => parseWhole(text, least, most))
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
