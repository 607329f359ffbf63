import packageJson from '#package.json' with { type: 'json' }
import { DEFAULT_CONCURRENCY, defaultPoolSize } from '../capacity/limits.ts'
import { FORMATS } from '../print/text/monitor-options.ts'
import { parseDuration } from '../settings/durations.ts'
import { parseHeader, parseHeaderValue } from '../settings/headers.ts'
import { mergeHeaders } from '../settings/url-settings.ts'
import {
  parseChoiceOf,
  parseAccept,
  parseFileName,
  parseListName,
  parseResolver,
  parseSwitch,
  parsePositiveDuration,
  parseInteger,
} from '../settings/values.ts'
import { parseCanary } from '../targets/canary.ts'

/** A flag: from this one table come the command line, its help, the environment and the keys of a configuration. */
export interface Flag {
  /** Long name, without dashes and `no-`. */
  readonly name: string
  /** As help shows it, without the `no-` of a switch: `-i, --interval <duration>`. */
  readonly usage: string
  readonly help: string
  /** `values`: can be given again and again. */
  readonly takes: 'switch' | 'value' | 'values' | 'path'
  /** What one text comes to. Throws a RangeError that does not quote the text where it may be a secret. */
  readonly parse: (text: string) => unknown
  /** Its value where nobody sets it. */
  readonly initial: unknown
  /** That value as help shows it; null: the help text says it. */
  readonly initialText: string | null
  /** Of a switch that is on by default: the help of its form with `no-`. */
  readonly offHelp: string | null
  readonly choices: readonly string[] | null
  /** Switches of which only one can be on. */
  readonly conflicts: readonly string[]
  /** How a value of the command line or the environment stands beside one of the configuration; null: it takes its place. */
  readonly combine: ((configured: unknown, own: unknown) => unknown) | null
}

const PLAIN = { offHelp: null, choices: null, conflicts: [], combine: null } as const

/** A value, and its default with what help shows of it. */
function value(usage: string, help: string, parse: Flag['parse'], initial?: [unknown, string]): Flag {
  const [first, initialText] = initial ?? [undefined, null]
  return { ...PLAIN, name: nameOf(usage), usage, help, takes: 'value', parse, initial: first, initialText }
}

function path(usage: string, help: string): Flag {
  return { ...value(usage, help, parseFileName), takes: 'path' }
}

function values(usage: string, help: string, parse: Flag['parse'], initialText = 'none'): Flag {
  return { ...value(usage, help, parse, [[], initialText]), takes: 'values' }
}

/** A switch; one that is on also has help for when it is off. */
function toggle(usage: string, help: string, offHelp: string | null = null): Flag {
  const isOn = offHelp !== null
  return { ...value(usage, help, parseSwitch, [isOn, isOn ? 'on' : 'off']), takes: 'switch', offHelp }
}

function choice(usage: string, choices: readonly string[], initial: string): Flag {
  return { ...value(usage, '', parseChoiceOf(choices), [initial, initial]), choices }
}

function whole(usage: string, help: string, [from, to]: [number, number], initial?: [number, string]): Flag {
  return value(usage, help, (text) => parseInteger(text, from, to), initial)
}

function nameOf(usage: string): string {
  return /--([a-z0-9-]+)/.exec(usage)?.[1] ?? ''
}

/** The flags: their names, what they are for, their defaults, and the check of each value. */
export const FLAGS: readonly Flag[] = [
  path('-c, --config <file>', 'YAML with these flags, URLs and groups of them; see docs/lists.md'),
  values(
    '-f, --file <list>',
    'a list of URLs, a file or a URL; - for standard input; repeatable',
    parseListName,
  ),
  whole('-p, --pool-size <n>', 'poller threads', [1, 1024], [defaultPoolSize(), 'cores - 1, at least 1']),
  value('-i, --interval <duration>', 'from one poll of a URL to the next', parsePositiveDuration, [
    60_000,
    '60s',
  ]),
  value('--error-backoff <duration>', 'added to the interval for each consecutive error', parseDuration, [
    10_000,
    '10s',
  ]),
  value('--max-backoff <duration>', 'most that is ever added', parseDuration, [600_000, '10m']),
  value('--status-interval <duration>', 'between printed states', parsePositiveDuration, [10_000, '10s']),
  value(
    '-t, --timeout <duration>',
    'the whole poll: look-up, dial, TLS, answer, redirects',
    parsePositiveDuration,
    [10_000, '10s'],
  ),
  value('--duration <duration>', 'end after this long (default: never)', parsePositiveDuration),
  whole(
    '--concurrency <n>',
    `polls in flight per poller (default: ${DEFAULT_CONCURRENCY}, or what descriptors, ports and memory allow)`,
    [1, 65_536],
  ),
  whole('--host-concurrency <n>', 'polls in flight per origin', [1, 65_536], [16, '16']),
  choice('-X, --method <method>', ['HEAD', 'GET'], 'HEAD'),
  toggle(
    '--get-fallback',
    'before the status of HEAD turns a URL down, ask once with GET',
    'the answer to HEAD decides',
  ),
  whole('--max-redirects <n>', '0: a redirect is the answer', [0, 100], [10, '10']),
  value('--accept <ranges>', 'statuses that count as up, such as 200..=299,401', parseAccept, [
    [[200, 299]],
    '200..=299',
  ]),
  {
    ...values('-H, --header <name: value>', "sent to the URL's own origin; repeatable", parseHeader),
    combine: (configured, own) => mergeHeaders(configured as [string, string][], own as [string, string][]),
  },
  value('-A, --user-agent <text>', '', parseHeaderValue, [
    `headcount/${packageJson.version}`,
    `headcount/${packageJson.version}`,
  ]),
  toggle('--keep-alive', 'keep connections between polls'),
  toggle('--insecure', 'do not check certificates'),
  path('--cacert <file>', 'trust these certificates as well (PEM)'),
  path('--cert <file>', 'client certificate (PEM)'),
  path('--key <file>', 'its key (PEM)'),
  { ...toggle('-4, --ipv4', 'IPv4 addresses only'), conflicts: ['ipv6'] },
  { ...toggle('-6, --ipv6', 'IPv6 addresses only'), conflicts: ['ipv4'] },
  values(
    '--resolver <ip[:port]>',
    'ask this DNS server; repeatable, asked in turn',
    parseResolver,
    "the system's",
  ),
  values(
    '--canary <url>',
    'asked whether this machine is cut off, before a URL turns down; repeatable',
    parseCanary,
    'what answered last',
  ),
  toggle('--deny-private', 'refuse addresses that are not public, at every hop'),
  toggle('--http2', 'offer HTTP/2 by ALPN'),
  toggle('--recheck', 'ask a URL that was up once more before it turns', 'one failed poll turns it'),
  toggle('--once', 'poll every URL once, print, exit'),
  toggle('--changes', 'print a State only when verdict, reason or status has changed'),
  toggle('--verbose', 'print every failed poll on standard error, not only changes'),
  choice('--format <format>', ['auto', ...FORMATS], 'auto'),
  path('--output <file>', 'results to a file as well; reopened on SIGHUP'),
  value(
    '--refresh <duration>',
    'from one reading of a list that comes from a server to the next',
    parsePositiveDuration,
    [60_000, '60s'],
  ),
  toggle('--allow-shrink', 'take over a list that has lost more than half of its URLs'),
  toggle('--demo', 'serve a small site on loopback and poll it'),
  toggle('--plan', 'say what this list at this interval asks of this machine, poll nothing'),
  toggle('--check', 'read the lists, say what is wrong with them, poll nothing'),
]

/** The name of its value in `Flags`: `pool-size` is poolSize. */
export function keyOf({ name }: Pick<Flag, 'name'>): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
