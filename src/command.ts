import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import packageJson from '#package.json' with { type: 'json' }
import { FlagsError, optionsOf } from './flags.ts'
import type { Flags } from './flags.ts'
import { CONCURRENCY, defaultPoolSize } from './limits.ts'
import {
  parseAccept,
  parseCanary,
  parseHeader,
  parseResolver,
  parseTime,
  parseUserAgent,
  parseWhole,
} from './options.ts'
import type { Options } from './options.ts'
import { parseDuration } from './durations.ts'
import type { Url } from './resource/resource.ts'
import { FORMATS } from './print/options.ts'

// The only door to commander: the flags, their defaults and what they become.

/** What the command line asks for: to run, or only to say something (`--help`, `--version`, bad flags). */
export type Asked =
  | { readonly type: 'run'; readonly options: Options; readonly notices: readonly string[] }
  | { readonly type: 'say'; readonly text: string; readonly ok: boolean }

/** How the demo differs from other runs: short times, in ms, so that something is to be seen. */
const DEMO = {
  interval: 2_000,
  errorBackoff: 1_000,
  maxBackoff: 4_000,
  statusInterval: 2_000,
  timeout: 1_500,
  duration: 20_000,
}

/** Reads the command line (without node and script) and the environment. Throws nothing: what is wrong is said. */
export function readCommand(argv: readonly string[]): Asked {
  let said = ''
  const command = makeCommand()
  command.exitOverride().configureOutput({
    writeOut: (text) => (said += text),
    writeErr: (text) => (said += text),
  })
  try {
    command.parse([...booleansOf(command), ...argv], { from: 'user' })
    return { type: 'run', ...optionsOf(flagsOf(command), command.args) }
  } catch (error) {
    if (error instanceof FlagsError) return { type: 'say', text: `error: ${error.message}\n`, ok: false }
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
    new Option('-f, --file <path>', 'a list of URLs, one a line; - for standard input; repeatable')
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
      `polls in flight per poller (default: ${CONCURRENCY}, or what descriptors, ports and memory allow)`,
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
      .argParser((text: string, before: [string, string][]) => [...before, checked(parseHeader)(text)])
      .default([], 'none'),
    new Option('-A, --user-agent <text>')
      .argParser(checked(parseUserAgent))
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
    new Option(
      '--canary <url>',
      'asked whether this machine is cut off, before a URL turns down; repeatable (default: what answered last)',
    )
      .argParser((text: string, before: Url[]) => [...before, checked(parseCanary)(text)])
      .default([], 'none but those'),
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

/** Short times for the demo, where none are given. */
function flagsOf(command: Command): Flags {
  const flags = command.opts<Flags>()
  if (flags.demo) for (const [name, ms] of Object.entries(DEMO)) demoDefault(command, flags, name, ms)
  return flags
}

function demoDefault(command: Command, flags: object, name: string, ms: number): void {
  const source = command.getOptionValueSource(name)
  if (source === undefined || source === 'default') Object.assign(flags, { [name]: ms })
}
