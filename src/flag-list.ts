import { InvalidArgumentError, Option } from 'commander'
import packageJson from '#package.json' with { type: 'json' }
import { FlagsError } from './flags.ts'
import { CONCURRENCY, defaultPoolSize } from './limits.ts'
import { FORMATS } from './print/options.ts'
import type { Url } from './resource/resource.ts'
import { parseDuration } from './settings/durations.ts'
import { parseHeader, parseHeaderValue } from './settings/headers.ts'
import { parseAccept, parseResolver, parseTime, parseWhole } from './settings/values.ts'
import { parseCanary } from './targets/canary.ts'

/** The flags: their names, what they are for, their defaults, and the check of each value. */
export function flagList(): Option[] {
  const time = checked(parseTime)
  return [
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
      `polls in flight per poller (default: ${CONCURRENCY}, or what descriptors, ports and memory allow)`,
    ).argParser(whole(1, 65_536)),
    new Option('--host-concurrency <n>', 'polls in flight per origin')
      .argParser(whole(1, 65_536))
      .default(16),
    new Option('-X, --method <method>').choices(['HEAD', 'GET']).default('HEAD'),
    new Option('--get-fallback', 'before the status of HEAD turns a URL down, ask once with GET').default(
      true,
      'on',
    ),
    new Option('--no-get-fallback', 'the answer to HEAD decides'),
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
    new Option('--resolver <ip[:port]>', 'ask this DNS server; repeatable, asked in turn')
      .argParser((text: string, before: string[]) => [...before, checked(parseResolver)(text)])
      .default([], "the system's"),
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
    new Option('--verbose', 'print every failed poll on standard error, not only changes').default(
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
  ]
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
